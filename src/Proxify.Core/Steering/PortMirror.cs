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
    private HashSet<ushort> _ports = [];

    /// <summary>Makes the map follow the model to these ports.</summary>
    /// <exception cref="SteeringException">The kernel refuses; the map is as it was.</exception>
    public PortChanges Apply(IReadOnlyCollection<ushort> ports)
    {
        var wanted = ports.ToHashSet();
        var steered = program.ReadPorts().ToDictionary(p => p.Port, p => p.ByHand);

        var coming = wanted.Except(_ports).Order().ToList();
        var going = _ports.Except(wanted).Order().ToList();
        ushort[] added = [.. coming.Where(p => !steered.ContainsKey(p))];
        ushort[] removed = [.. going.Where(p => steered.TryGetValue(p, out var byHand) && !byHand)];
        var left = coming.Concat(going).Where(p => steered.TryGetValue(p, out var byHand) && byHand).ToList();

        program.AddPorts(added);
        try
        {
            program.RemovePorts(removed);
        }
        catch (SteeringException)
        {
            program.RemovePorts(added);
            program.AddPorts(removed);
            throw;
        }

        _ports = wanted;
        return new PortChanges(added, removed, left);
    }
}
