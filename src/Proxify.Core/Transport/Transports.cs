using Proxify.Linux;
using Proxify.Transport.Sockets;
using Proxify.Transport.Uring;

namespace Proxify.Transport;

/// <summary>The transports by name.</summary>
public static class Transports
{
    /// <summary>uring where the kernel allows it, otherwise sockets.</summary>
    public const string Auto = "auto";

    /// <summary>What <see cref="Create"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, "uring", "sockets"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="workers">The uring transport's threads; 0 for its default.</param>
    /// <param name="fallback">Why <see cref="Auto"/> made do with sockets; null where it did not.</param>
    /// <exception cref="ArgumentException">There is no such transport.</exception>
    /// <exception cref="NotSupportedException">This machine does not allow the transport that was asked for; the message says why.</exception>
    public static ITransport Create(string name, TimeProvider timeProvider, int workers, out string? fallback)
    {
        fallback = null;
        switch (name)
        {
            case Auto:
                return (ITransport?)TryCreateUring(timeProvider, workers, out fallback) ?? new SocketsTransport(timeProvider);
            case "uring":
                return TryCreateUring(timeProvider, workers, out var reason)
                    ?? throw new NotSupportedException($"the uring transport does not work here: {reason}");
            case "sockets":
                return new SocketsTransport(timeProvider);
            default:
                throw new ArgumentException($"unknown transport \"{name}\"; expected one of: {string.Join(", ", Names)}", nameof(name));
        }
    }

    private static UringTransport? TryCreateUring(TimeProvider timeProvider, int workers, out string? reason)
    {
        if (!UringTransport.TryProbe(out reason))
            return null;
        try
        {
            var transport = new UringTransport(timeProvider, new UringOptions { Workers = workers });
            reason = null;
            return transport;
        }
        catch (IoUringException e)
        {
            // One small ring could be had, but not the workers' real ones.
            reason = UringProbe.Explain(e);
            return null;
        }
    }
}
