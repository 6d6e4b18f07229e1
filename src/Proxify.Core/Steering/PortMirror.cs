namespace Proxify.Steering;

/// <summary>
/// Keeps the kernel's port map true to the model: each change of the model becomes the same change of the map, and nothing else in it is touched.
/// <list type="bullet">
/// <item>A key that an operator put there by hand is the operator's, also when the config names the same port: it is neither rewritten nor deleted.</item>
/// <item>An operator makes one of the config's keys their own by writing it again by hand.</item>
/// <item>A key of the config's that an operator deleted stays deleted until the config drops the port and names it again, or the proxy restarts.</item>
/// </list>
/// </summary>
public sealed class PortMirror(SteeringProgram program)
{
    // One flag per port of the model's: 64 KB whatever their number, and a diff is one pass.
    private bool[] _ports = new bool[KernelLayout.Ports];

    /// <summary>Makes the map follow the model to these ports.</summary>
    /// <param name="ports">All of the model's.</param>
    /// <param name="swap">
    /// Changes the routes, between the keys that go and those that come: so no connection is steered that has no route. Not undone on failure.
    /// </param>
    /// <exception cref="SteeringException">The kernel refuses; the map is as it was, as it is after an exception of <paramref name="swap"/>'s.</exception>
    public PortChanges Apply(IEnumerable<ushort> ports, Action? swap = null)
    {
        var wanted = new bool[KernelLayout.Ports];
        foreach (var port in ports)
            wanted[port] = true;

        var (added, removed, left) = Compare(wanted);
        try
        {
            program.RemovePorts(removed);
            swap?.Invoke();
            program.AddPorts(added);
        }
        catch
        {
            program.AddPorts(removed);
            throw;
        }

        _ports = wanted;
        return new PortChanges(added, removed, left);
    }

    private (ushort[] Added, ushort[] Removed, ushort[] LeftByHand) Compare(bool[] wanted)
    {
        var (added, removed, left) = (new List<ushort>(), new List<ushort>(), new List<ushort>());
        var isSteered = new bool[KernelLayout.Ports];
        foreach (var (port, byHand) in program.ReadPorts())
        {
            isSteered[port] = true;
            if (wanted[port] == _ports[port])
                continue;
            if (byHand)
                left.Add(port);
            else if (!wanted[port])
                removed.Add(port);
        }

        for (var port = 0; port < wanted.Length; port++)
        {
            if (wanted[port] && !_ports[port] && !isSteered[port])
                added.Add((ushort)port);
        }

        return ([.. added], [.. removed], [.. left]);
    }
}
