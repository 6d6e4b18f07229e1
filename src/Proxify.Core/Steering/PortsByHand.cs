using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>
/// Opens and closes ports of a running proxy, as an operator does with bpftool: by the same entries in the kernel's own map (docs/steering.md). Ports of the
/// config are the config's: they are neither taken over nor closed here. Needs CAP_SYS_ADMIN.
/// </summary>
internal static class PortsByHand
{
    /// <summary>The proxy that steers in the caller's network namespace.</summary>
    /// <exception cref="SteeringException">There is none, or more than one; or it cannot be looked at.</exception>
    public static SteeringView FindProxy() => SteeringInspector.Find().Where(v => v.NamespaceInode == SteeringInspector.OwnNamespaceInode).ToList() switch
    {
        [var proxy] => proxy,
        [] => throw new SteeringException("nothing is steered in this network namespace: no proxify runs here with -b"),
        var several => throw new SteeringException(
            $"{several.Count} proxies steer in this network namespace; choose one with bpftool map update: their maps are {string.Join(", ", several.Select(v => v.PortsMapId))}"),
    };

    /// <summary>Steers these ports from the next SYN on, all or none. Those that were opened by hand already stay.</summary>
    /// <param name="proxy">As it was when it was looked at.</param>
    /// <param name="ports">Any; each is a port.</param>
    /// <exception cref="SteeringException">A port is the config's, the proxy has ended, or the kernel refuses.</exception>
    public static void Add(SteeringView proxy, IReadOnlySet<ushort> ports)
    {
        ThrowIfConfigured(proxy, ports, "it is steered already");
        using var handle = Open(proxy);
        var added = ports.Except(proxy.Ports.Select(p => p.Port)).ToArray();
        var map = new BpfMap<ushort, byte>(handle, KernelLayout.PortsMap);
        var done = 0;
        try
        {
            map.SetAll(added, new byte[added.Length], out done);
        }
        catch (SteeringException)
        {
            map.RemoveAll(added.AsSpan(0, done));
            throw;
        }
    }

    /// <summary>Stops steering these ports for new connections.</summary>
    /// <param name="proxy">As it was when it was looked at.</param>
    /// <param name="ports">Any; at least one of them opened by hand.</param>
    /// <exception cref="SteeringException">A port is the config's, none is steered, the proxy has ended, or the kernel refuses.</exception>
    public static void Remove(SteeringView proxy, IReadOnlySet<ushort> ports)
    {
        ThrowIfConfigured(proxy, ports, "take it out of the config to close it");
        var removed = proxy.Ports.Select(p => p.Port).Where(ports.Contains).ToArray();
        if (removed.Length == 0)
            throw new SteeringException(ports.Count == 1 ? $"port {ports.Single()} is not steered" : "none of these ports is steered");
        using var handle = Open(proxy);
        new BpfMap<ushort, byte>(handle, KernelLayout.PortsMap).RemoveAll(removed);
    }

    private static void ThrowIfConfigured(SteeringView proxy, IReadOnlySet<ushort> ports, string advice)
    {
        var configured = proxy.Ports.Where(p => !p.ByHand && ports.Contains(p.Port)).ToList();
        if (configured is [var first, ..])
            throw new SteeringException(
                $"port {first.Port}{(configured.Count > 1 ? $" (and {configured.Count - 1} more)" : "")} belongs to the config{(first.App is { } app ? $", app {app}" : "")}: {advice}");
    }

    private static SafeBpfHandle Open(SteeringView proxy) => LibBpf.OpenMap(proxy.PortsMapId) is >= 0 and var descriptor ? new SafeBpfHandle(descriptor)
        : throw new SteeringException("the proxy has just ended: nothing is steered any more");
}
