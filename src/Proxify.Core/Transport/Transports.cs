using Proxify.Linux;
using Proxify.Transport.Sockets;
using Proxify.Transport.Uring;

namespace Proxify.Transport;

/// <summary>The transports by name.</summary>
internal static class Transports
{
    /// <summary>The first that this machine allows.</summary>
    public const string Auto = "auto";

    /// <summary>A row each, the best first. A factory gives nothing, and the reason, where this machine does not allow its transport.</summary>
    private static readonly (string Name, Factory TryCreate)[] All =
    [
        ("uring", TryCreateUring),
        ("sockets", static (TimeProvider timeProvider, int _, out string? reason) =>
        {
            reason = null;
            return new SocketsTransport(timeProvider);
        }),
    ];

    private delegate ITransport? Factory(TimeProvider timeProvider, int workers, out string? reason);

    /// <summary>What <see cref="Create"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, .. All.Select(static row => row.Name)];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="workers">The uring transport's threads; 0 for its default.</param>
    /// <param name="fallback">Why <see cref="Auto"/> did not take the best; null where it did.</param>
    /// <exception cref="ArgumentException">There is no such transport.</exception>
    /// <exception cref="NotSupportedException">This machine does not allow the transport that was asked for; the message says why.</exception>
    public static ITransport Create(string name, TimeProvider timeProvider, int workers, out string? fallback)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
            throw new ArgumentException($"unknown transport \"{name}\"; expected one of: {string.Join(", ", Names)}", nameof(name));
        fallback = null;
        foreach (var row in All)
        {
            if (name != Auto && name != row.Name)
                continue;
            if (row.TryCreate(timeProvider, workers, out var reason) is { } transport)
                return transport;
            fallback ??= reason;
        }

        throw new NotSupportedException($"the {name} transport does not work here: {fallback}");
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
