namespace Proxify.Steering;

/// <summary>
/// Keeps the kernel's port map true to the model: each change of the model becomes the same change of the map, and nothing else in it is touched.
/// <list type="bullet">
/// <item>A key that an operator put there by hand is the operator's, also when the config names the same port: it is neither rewritten nor deleted.</item>
/// <item>An operator makes one of the config's keys their own by writing it again by hand.</item>
/// <item>A key of the config's that an operator deleted stays deleted until the config drops the port and names it again, or the proxy restarts.</item>
/// </list>
/// </summary>
/// <param name="program">Its map.</param>
/// <param name="ports">The model's that the map has been kept true to until now. Empty (default): it is new.</param>
internal sealed class PortMirror(SteeringProgram program, IEnumerable<ushort>? ports = null)
{
    // One flag per port of the model's: 64 KB whatever their number, and a diff is one pass.
    private bool[] _ports = Flags(ports ?? []);
    private bool[] _wanted = new bool[KernelLayout.Ports];
    private ushort[] _added = [];

    /// <summary>Adds the keys of ports that are new. <see cref="Commit"/> or <see cref="RollBack"/> follows.</summary>
    /// <param name="ports">All of the next model's.</param>
    /// <exception cref="SteeringException">The kernel refuses; the map is as it was.</exception>
    public void Prepare(IEnumerable<ushort> ports)
    {
        _wanted = Flags(ports);
        var isSteered = new bool[KernelLayout.Ports];
        foreach (var (port, _) in program.ReadPorts())
            isSteered[port] = true;
        _added = [.. Enumerable.Range(0, KernelLayout.Ports).Where(p => _wanted[p] && !_ports[p] && !isSteered[p]).Select(p => (ushort)p)];
        program.AddPorts(_added);
    }

    /// <summary>Removes the keys of ports that are gone.</summary>
    /// <exception cref="SteeringException">The kernel refuses, and steers some of them still; the next change tries again.</exception>
    public PortChanges Commit()
    {
        var (removed, left) = (new List<ushort>(), new List<ushort>());
        foreach (var (port, byHand) in program.ReadPorts())
        {
            if (byHand && _wanted[port] != _ports[port])
                left.Add(port);
            else if (!byHand && !_wanted[port])
                removed.Add(port);
        }

        program.RemovePorts([.. removed]);
        _ports = _wanted;
        return new PortChanges(_added, removed, left);
    }

    /// <summary>The model's ports, as of the last <see cref="Commit"/>.</summary>
    public IReadOnlyList<ushort> Ports => [.. Enumerable.Range(0, KernelLayout.Ports).Where(port => _ports[port]).Select(port => (ushort)port)];

    /// <summary>Removes the keys that <see cref="Prepare"/> has added.</summary>
    /// <exception cref="SteeringException">The kernel refuses, and steers some of them still; the next change tries again.</exception>
    public void RollBack() => program.RemovePorts(_added);

    private static bool[] Flags(IEnumerable<ushort> ports)
    {
        var flags = new bool[KernelLayout.Ports];
        foreach (var port in ports)
            flags[port] = true;
        return flags;
    }
}
