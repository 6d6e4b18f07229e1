using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Handover;
using Proxify.Runtime;
using Proxify.Steering;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>One listener, to which the kernel steers the connections of every port (docs/steering.md).</summary>
/// <param name="steering">Its program and port.</param>
/// <param name="ports">Closed with the entrance.</param>
/// <param name="transport">Makes the listener.</param>
/// <param name="handler">Takes the connections.</param>
/// <param name="logger">For what becomes of ports.</param>
/// <param name="inheritance">A process that listens already, and whose place this one takes. Null (default): there is none.</param>
/// <param name="given">Sockets that listen already. Null (default): there are none.</param>
internal sealed class SteeredEntrance(
    SteeringOptions steering, SteeredPorts ports, ITransport transport, IConnectionHandler handler, ILogger logger, Inheritance? inheritance = null,
    GivenSockets? given = null)
    : IEntrance
{
    /// <summary>The name, for those who look at the kernel, of the app behind a port that several share.</summary>
    private const string SeveralApps = "several apps";

    private readonly PortMirror _mirror = new(steering.Program, steering.Inherited?.Ports);
    private readonly TakeoverWatch _takeovers = new(logger, ListenerSearch.Find);
    private IListener? _listener;
    private Inheritance? _inheritance = inheritance;
    private ProxyModel? _current;
    private ProxyModel? _next;

    public string Summary => $"steering {Count.Of(_current?.Apps.SelectMany(a => a.Ports).Distinct().Count() ?? 0, "port")} to {_listener?.Endpoint}";

    public ValueTask PrepareAsync(ProxyModel next, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            if (_inheritance is { } inheritance)
            {
                TakeOver(inheritance, next);
                return ValueTask.CompletedTask;
            }

            if (_listener is null)
                Listen();
            // Before the ports: no SYN may come to one that its app's rules do not guard yet.
            steering.Program.SetRules(Rules(next));
            try
            {
                _mirror.Prepare(next.Apps.SelectMany(a => a.Ports));
            }
            catch
            {
                RestoreRules();
                throw;
            }
        }
        catch (Exception e) when (e is SteeringException or ListenException)
        {
            throw new ProxyStartException([e.Message]);
        }

        _next = next;
        return ValueTask.CompletedTask;
    }

    public ValueTask CommitAsync()
    {
        try
        {
            var changes = _mirror.Commit();
            HostingLog.PortsSteered(logger, changes.Added.Count, changes.Removed.Count, changes.LeftByHand.Count);
        }
        catch (SteeringException e)
        {
            HostingLog.PortsNotRemoved(logger, e.Message);
        }

        if (_current is not null)
            WarnOfTakeover(_current, _next!);
        _current = _next;
        return ValueTask.CompletedTask;
    }

    public ValueTask RollBackAsync()
    {
        try
        {
            _mirror.RollBack();
        }
        catch (SteeringException e)
        {
            HostingLog.PortsNotRemoved(logger, e.Message);
        }

        RestoreRules();
        return ValueTask.CompletedTask;
    }

    public async ValueTask CloseAsync()
    {
        // First the ports, so that no SYN comes to a listener that is going away.
        ports.Close();
        if (_listener is not null)
            await _listener.DisposeAsync();
    }

    public IEnumerable<IListener> Listeners => _listener is null ? [] : [_listener];

    public HandedSteering Steering => new(steering.Program.Describe(_mirror.Ports), steering.Program);

    public async ValueTask AbandonAsync()
    {
        ports.Close(); // the other process's descriptors keep what they stand for
        if (_listener is not null)
            await _listener.AbandonAsync();
    }

    private TcpEndpoint Endpoint => new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, steering.Port);

    private void Listen()
    {
        if (given?.TryTake(Endpoint) is { } sockets)
        {
            _listener = transport.Inherit(Endpoint, sockets, handler);
            _listener.Listen();
        }
        else
        {
            _listener = transport.Listen(Endpoint, handler);
        }

        steering.Program.SetListener(_listener.Handle);
    }

    /// <summary>The kernel steers to the inherited listener all the time, by the other process's rules until this one has brought in its own.</summary>
    private void TakeOver(Inheritance inheritance, ProxyModel next)
    {
        _next = next;
        var sockets = inheritance.TryTake(Endpoint) ?? throw new ProxyStartException([$"the running process does not listen on {Endpoint}"]);
        _listener = transport.Inherit(Endpoint, sockets, handler);
        inheritance.TakeOver();
        _inheritance = null;
        // There is no way back, and no need for one: what fails from here on is tried again by the next reload.
        _listener.Listen();
        try
        {
            steering.Program.SetRules(Rules(next));
            _mirror.Prepare(next.Apps.SelectMany(a => a.Ports));
        }
        catch (SteeringException e)
        {
            HostingLog.SteeringNotChanged(logger, e.Message);
        }
    }

    private void RestoreRules()
    {
        if (_current is null)
            return;
        try
        {
            steering.Program.SetRules(Rules(_current));
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

    /// <summary>Of ports that apps share the kernel knows the file's rules alone: for which app a client has come is told by what it says first.</summary>
    private static SteeringRules Rules(ProxyModel model)
    {
        var shared = model.Apps.SelectMany(a => a.Ports).CountBy(port => port).Where(port => port.Value > 1).Select(port => port.Key).ToHashSet();
        var apps = model.Apps.Select(a => new SteeredApp(a.Name, Own(a), a.Sources, a.Limits.Rates));
        return new SteeringRules(
            model.Sources,
            [.. shared.Count == 0 ? apps : apps.Append(new SteeredApp(SeveralApps, shared, SourceRules.None))],
            model.DefaultApp is { } app ? new SteeredApp(app.Name, [], app.Sources, app.Limits.Rates) : null,
            model.Limits.Rates);

        IReadOnlyCollection<ushort> Own(AppModel app) => shared.Count == 0 ? app.Ports : [.. app.Ports.Where(port => !shared.Contains(port))];
    }
}
