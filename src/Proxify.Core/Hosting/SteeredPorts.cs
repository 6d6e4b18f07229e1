using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Sessions;
using Proxify.Steering;

namespace Proxify.Hosting;

/// <summary>What the steering program knows of ports and connections, while it runs and after.</summary>
/// <param name="program">Loaded and attached.</param>
/// <param name="port">The listener's own.</param>
/// <param name="logger">For ports that were opened by hand.</param>
internal sealed class SteeredPorts(SteeringProgram program, int port, ILogger logger) : IPortOwner
{
    private readonly ConcurrentDictionary<ushort, bool> _seenByHand = new();
    private volatile StrongBox<SteeringCounters>? _last;

    /// <summary>Once closed, the last ones.</summary>
    /// <exception cref="SteeringException">They cannot be read.</exception>
    public SteeringCounters Counters
    {
        get
        {
            if (_last is { } last)
                return last.Value;
            try
            {
                return program.ReadCounters();
            }
            catch (ObjectDisposedException)
            {
                return _last!.Value; // closed between the two
            }
        }
    }

    // It came to the listener's own port, or the port was opened by hand. A port that a reload is just taking away is neither.
    public bool BelongsToDefaultApp(ushort local)
    {
        if (local == port)
            return true;
        if (!IsOpenedByHand(local))
            return false;
        if (_seenByHand.TryAdd(local, true))
            HostingLog.PortOpenedByHand(logger, local);
        return true;
    }

    // Connections to the listener's own port have come past the steering program.
    public bool HasTakenTokens(ushort local) => local != port;

    // A port that was opened by hand may have been closed since.
    public bool IsOurs(ushort local, bool hasAccepted) => local == port || (hasAccepted && IsOpenedByHand(local));

    /// <summary>Every port is again what it would be without proxify, unless another process has the program, too. Any number of times.</summary>
    public void Close()
    {
        if (_last is not null)
            return;
        _last = new(ReadLast());
        program.Dispose();
    }

    private SteeringCounters ReadLast()
    {
        try
        {
            return program.ReadCounters();
        }
        catch (SteeringException)
        {
            return default; // nothing that could keep the ports steered
        }
    }

    private bool IsOpenedByHand(ushort local)
    {
        try
        {
            return _last is null && program.IsSteeredByHand(local);
        }
        catch (ObjectDisposedException)
        {
            return false; // closed between the two
        }
    }
}
