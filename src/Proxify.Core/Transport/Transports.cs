using Proxify.Transport.Sockets;
using Proxify.Transport.Uring;

namespace Proxify.Transport;

/// <summary>The transports by name.</summary>
public static class Transports
{
    /// <summary>Chooses the fastest transport that works here.</summary>
    public const string Auto = "auto";

    /// <summary>What <see cref="Create"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, "uring", "sockets"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="workers">The uring transport's threads; 0 for its default.</param>
    /// <param name="fallback">With <see cref="Auto"/>: why it is not the fastest one; otherwise null.</param>
    /// <exception cref="ArgumentException">There is no such transport.</exception>
    /// <exception cref="NotSupportedException">This machine does not allow the transport; the message says why.</exception>
    public static ITransport Create(string name, TimeProvider timeProvider, int workers, out string? fallback)
    {
        fallback = null;
        switch (name)
        {
            case "sockets":
                return new SocketsTransport(timeProvider);
            case "uring" or Auto:
                if (UringTransport.TryProbe(out var reason))
                    return new UringTransport(timeProvider, new UringOptions { Workers = workers });
                if (name != Auto)
                    throw new NotSupportedException($"the uring transport does not work here: {reason}");
                fallback = reason;
                return new SocketsTransport(timeProvider);
            default:
                throw new ArgumentException($"unknown transport \"{name}\"; expected one of: {string.Join(", ", Names)}", nameof(name));
        }
    }
}
