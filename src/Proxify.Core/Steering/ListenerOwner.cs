using Proxify.Transport;

namespace Proxify.Steering;

/// <summary>A listening TCP socket, and who has it where /proc shows that.</summary>
/// <param name="Endpoint">What it is bound to.</param>
/// <param name="ProcessId">A process that holds it; null when it is another user's and we may not look, or in another PID namespace.</param>
/// <param name="ProcessName">That process's name (comm).</param>
internal sealed record ListenerOwner(TcpEndpoint Endpoint, int? ProcessId, string? ProcessName)
{
    /// <summary>Such as "0.0.0.0:22 by sshd (712)".</summary>
    public override string ToString() => ProcessId is null ? $"{Endpoint}" : $"{Endpoint} by {ProcessName} ({ProcessId})";
}
