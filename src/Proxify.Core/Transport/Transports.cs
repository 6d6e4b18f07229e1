using Proxify.Transport.Sockets;

namespace Proxify.Transport;

/// <summary>The transports by name.</summary>
public static class Transports
{
    /// <summary>Chooses the fastest transport that works here.</summary>
    public const string Auto = "auto";

    /// <summary>What <see cref="Create"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, "sockets"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="ArgumentException">There is no such transport.</exception>
    public static ITransport Create(string name, TimeProvider timeProvider) => name switch
    {
        Auto or "sockets" => new SocketsTransport(timeProvider),
        _ => throw new ArgumentException($"unknown transport \"{name}\"; expected one of: {string.Join(", ", Names)}", nameof(name)),
    };
}
