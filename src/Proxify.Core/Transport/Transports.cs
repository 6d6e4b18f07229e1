using Proxify.Transport.Sockets;
using Proxify.Transport.Uring;

namespace Proxify.Transport;

/// <summary>The transports by name.</summary>
public static class Transports
{
    /// <summary>The transport that is proved best: for now sockets, until uring has passed every test under every load.</summary>
    public const string Auto = "auto";

    /// <summary>What <see cref="Create"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, "uring", "sockets"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="workers">The uring transport's threads; 0 for its default.</param>
    /// <exception cref="ArgumentException">There is no such transport.</exception>
    /// <exception cref="NotSupportedException">This machine does not allow the transport; the message says why.</exception>
    public static ITransport Create(string name, TimeProvider timeProvider, int workers) => name switch
    {
        Auto or "sockets" => new SocketsTransport(timeProvider),
        "uring" when UringTransport.TryProbe(out _) => new UringTransport(timeProvider, new UringOptions { Workers = workers }),
        "uring" => throw new NotSupportedException($"the uring transport does not work here: {Reason()}"),
        _ => throw new ArgumentException($"unknown transport \"{name}\"; expected one of: {string.Join(", ", Names)}", nameof(name)),
    };

    private static string Reason()
    {
        UringTransport.TryProbe(out var reason);
        return reason;
    }
}
