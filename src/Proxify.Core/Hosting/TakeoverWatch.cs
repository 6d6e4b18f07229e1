using Microsoft.Extensions.Logging;
using Proxify.Steering;

namespace Proxify.Hosting;

/// <summary>
/// Warns of ports that steering takes from other processes. Finding these takes time, and nobody waits for it: one look at a time, at all ports that have come
/// together since the last.
/// </summary>
/// <param name="logger">Told of each.</param>
/// <param name="find"><see cref="PortOwners.Find"/>; any thread's.</param>
internal sealed class TakeoverWatch(ILogger logger, Func<IReadOnlySet<ushort>, IReadOnlyList<PortOwner>> find)
{
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

    private void LookAtAll()
    {
        while (Take() is { Count: > 0 } ports)
            SteeringWarnings.Takeover(logger, find(ports));
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
