namespace Proxify.SystemTests.Framed;

/// <summary>What one client says at once, and what comes of it.</summary>
/// <param name="Client">Who says it.</param>
/// <param name="Request">Any number of requests.</param>
/// <param name="Replies">How many replies and pushes each client gets before anybody says anything else.</param>
/// <param name="Ends">The server ends the connection.</param>
/// <param name="Blocked">How many clients wait in blocking commands afterwards.</param>
internal sealed record Step(int Client, string Request, IReadOnlyList<int> Replies, bool Ends, int Blocked);
