using Microsoft.Extensions.Logging;
using Proxify.Transport;

namespace Proxify.Steering;

/// <summary>
/// Warns of ports that other processes listen on: steering is asked before them. Finding these takes time, and nobody waits for it: one look at a time, at all
/// ports that have come together since the last.
/// </summary>
/// <param name="logger">Told of each.</param>
/// <param name="find"><see cref="ListenerSearch.Find"/>; called on any thread.</param>
internal sealed class TakeoverWatch(ILogger logger, Func<IReadOnlySet<ushort>, IReadOnlyList<ListenerOwner>> find)
{
    private const int MostProcesses = 10;

    private readonly Lock _gate = new();
    private HashSet<ushort> _waiting = [];
    private Task _looking = Task.CompletedTask;

    /// <summary>Looks for the owners of these ports and warns of them, some time later.</summary>
    public void Look(IEnumerable<ushort> ports)
    {
        lock (_gate)
        {
            _waiting.UnionWith(ports);
            if (_waiting.Count > 0 && _looking.IsCompleted)
                _looking = Task.Run(LookAtAll);
        }
    }

    /// <summary>Warns of these: one line for each of the first ten processes, one for all others.</summary>
    public static void Warn(ILogger logger, IEnumerable<ListenerOwner> owners)
    {
        var processes = owners.GroupBy(o => o with { Endpoint = default }).ToList();
        foreach (var process in processes.Take(MostProcesses))
            Warn([.. process.Select(o => o.Endpoint)], process.Key.ProcessId is { } id ? $" by {process.Key.ProcessName} ({id})" : "");
        if (processes.Count > MostProcesses)
            Warn([.. processes.Skip(MostProcesses).SelectMany(p => p).Select(o => o.Endpoint)], $" by {processes.Count - MostProcesses} more");

        void Warn(List<TcpEndpoint> endpoints, string by) =>
            SteeringLog.Takeover(logger, EndpointRanges.Text(endpoints.Select(e => (int)e.Port)), EndpointRanges.Text(endpoints) + by);
    }

    private void LookAtAll()
    {
        while (Take() is { Count: > 0 } ports)
            Warn(logger, find(ports));
    }

    private HashSet<ushort> Take()
    {
        lock (_gate)
        {
            var ports = _waiting;
            _waiting = [];
            if (ports.Count == 0)
                _looking = Task.CompletedTask;
            return ports;
        }
    }
}
