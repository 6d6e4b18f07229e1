using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Steering;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>One listener, to which the kernel steers the connections of every port (docs/steering.md).</summary>
internal sealed class SteeredEntrance(SteeringProgram program, int port, ITransport transport, ILogger logger) : IEntrance, IPortOwner
{
    private readonly PortMirror _mirror = new(program);
    private readonly TakeoverWatch _takeovers = new(logger, ListenerSearch.Find);
    private readonly ConcurrentDictionary<ushort, bool> _seenByHand = new();
    private IListener? _listener;
    private ProxyModel? _current;
    private int _steered;
    private volatile StrongBox<SteeringCounters>? _lastCounters;
    private volatile bool _closed;

    public string Summary => $"steering {Count.Of(_steered, "port")} to {_listener?.Endpoint}";

    /// <summary>Takes the connections; set before the first change.</summary>
    public IConnectionHandler? Handler { get; set; }

    /// <exception cref="SteeringException">They cannot be read.</exception>
    public SteeringCounters Counters
    {
        get
        {
            if (_lastCounters is { } last)
                return last.Value;
            try
            {
                return program.ReadCounters();
            }
            catch (ObjectDisposedException)
            {
                return _lastCounters!.Value; // closed between the two
            }
        }
    }

    /// <summary>
    /// Whether a connection to a port that no app has belongs to the default app: it came to the listener's own port, or the port was opened by hand. A port
    /// that a reload is just taking away is neither.
    /// </summary>
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

    private bool IsOpenedByHand(ushort local)
    {
        try
        {
            return !_closed && program.IsSteeredByHand(local);
        }
        catch (ObjectDisposedException)
        {
            return false; // closed between the two
        }
    }

    public ValueTask ChangeAsync(ProxyModel next, Action swap, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            if (_listener is null)
                Listen();
            program.SetRules(Rules(next));
            var changes = _mirror.Apply(next.Apps.SelectMany(a => a.Ports), swap);
            _steered = next.Apps.Sum(a => a.Ports.Length); // without Bind no port is in two apps
            if (_current is not null)
                WarnOfTakeover(_current, next);
            _current = next;
            HostingLog.PortsSteered(logger, changes.Added.Count, changes.Removed.Count, changes.LeftByHand.Count);
            return ValueTask.CompletedTask;
        }
        catch (SteeringException e)
        {
            if (_current is not null)
                TryRestoreRules(_current);
            throw new ProxyStartException([e.Message]);
        }
        catch (ListenException e)
        {
            throw new ProxyStartException([e.Message]);
        }
    }

    public async ValueTask CloseAsync()
    {
        // First the ports, so that no SYN comes to a listener that is going away.
        _closed = true;
        _lastCounters = new(ReadLastCounters());
        program.Dispose();
        if (_listener is not null)
            await _listener.DisposeAsync();
    }

    private SteeringCounters ReadLastCounters()
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

    private void Listen()
    {
        var address = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        _listener = transport.Listen(new TcpEndpoint(address, port), Handler ?? throw new InvalidOperationException("no handler"));
        program.SetListener(_listener.Handle);
    }

    private void TryRestoreRules(ProxyModel model)
    {
        try
        {
            program.SetRules(Rules(model));
        }
        catch (SteeringException e)
        {
            // Too strict or too lax in the kernel for a while: every connection is judged again when it is accepted.
            HostingLog.RulesNotRestored(logger, e.Message);
        }
    }

    /// <summary>Of the ports that a reload adds. Those of the first config are the program's to announce, while it still may see whose they are.</summary>
    private void WarnOfTakeover(ProxyModel current, ProxyModel next)
    {
        var known = new bool[KernelLayout.Ports];
        foreach (var steered in current.Apps.SelectMany(a => a.Ports))
            known[steered] = true;
        _takeovers.Look(next.Apps.Where(a => !a.AllowTakeover).SelectMany(a => a.Ports).Where(p => !known[p]));
    }

    private static SteeringRules Rules(ProxyModel model) => new(
        model.Sources,
        [.. model.Apps.Select(a => new SteeredApp(a.Name, a.Ports, a.Sources, a.Limits.Rates))],
        model.DefaultApp is { } app ? new SteeredApp(app.Name, [], app.Sources, app.Limits.Rates) : null,
        model.Limits.Rates);
}
