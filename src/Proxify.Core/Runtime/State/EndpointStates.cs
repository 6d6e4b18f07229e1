using System.Collections.Immutable;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>
/// The states of an app's endpoints. An endpoint that is gone keeps its state as long as it has sessions: servers that give a part of a name's addresses at a
/// time, and a reload that is taken back, bring it back with the count of its sessions. What was known of its health begins anew.
/// </summary>
internal sealed class EndpointStates
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Address, TcpEndpoint Endpoint), TargetState> _states = [];

    /// <param name="address">The target as configured.</param>
    /// <param name="endpoint">One of the target's endpoints.</param>
    /// <param name="portOffset">The target's.</param>
    internal TargetState Of(string address, TcpEndpoint endpoint, int? portOffset = null)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue((address, endpoint), out var state))
                _states.Add((address, endpoint), state = new TargetState(address, endpoint, portOffset));
            return state;
        }
    }

    /// <summary>Forgets all but the endpoints in use and those with sessions.</summary>
    internal void Keep(ImmutableArray<TargetEndpoint> inUse)
    {
        lock (_gate)
        {
            if (_states.Count == inUse.Length)
                return;
            var used = inUse.Select(e => e.State).ToHashSet();
            foreach (var (key, state) in _states)
            {
                if (!used.Contains(state) && state.Load.SessionsActive == 0)
                    _states.Remove(key);
            }
        }
    }
}
