using System.Runtime.CompilerServices;
using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>
/// Finds running proxies in the kernel, by the names of their program and maps, and reads their maps. It disturbs nothing. Needs CAP_SYS_ADMIN:
/// the kernel hands out other processes' maps to nobody else.
/// </summary>
internal static class SteeringInspector
{
    private const int MaxMaps = 64;

    /// <summary>The inode of the network namespace that the caller is in, to compare with <see cref="SteeringView.NamespaceInode"/>.</summary>
    public static uint OwnNamespaceInode => NetworkNamespace.Inode;

    /// <summary>
    /// All steering programs of this machine that are attached, of every network namespace; of other namespaces than the caller's, only those of this version.
    /// </summary>
    /// <exception cref="SteeringException">
    /// libbpf is missing, the process lacks CAP_SYS_ADMIN, or the program of the caller's namespace is of another version of proxify.
    /// </exception>
    public static IReadOnlyList<SteeringView> Find()
    {
        if (!LibBpf.IsAvailable)
            throw new SteeringException("looking at steering needs libbpf.so.1, which is not installed: apt-get install libbpf1");

        var found = new List<SteeringView>();
        uint id = 0;
        int error;
        while (LibBpf.NextLinkId(ref id, out error))
        {
            if (Inspect(id) is { } view)
                found.Add(view);
        }

        return error == -Errno.Perm
            ? throw new SteeringException("looking at other processes' BPF maps needs CAP_SYS_ADMIN: run it with sudo")
            : found;
    }

    private static SteeringView? Inspect(uint linkId)
    {
        // Whatever goes away between its number and its descriptor is simply not there any more.
        using var link = Open(LibBpf.OpenLink(linkId));
        if (link is null || LibBpf.GetInfo(link, out BpfLinkInfo linkInfo) < 0 || linkInfo.Type != BpfLinkInfo.NetworkNamespace)
            return null;

        using var program = Open(LibBpf.OpenProgram(linkInfo.ProgramId));
        Span<uint> mapIds = stackalloc uint[MaxMaps];
        if (program is null || LibBpf.GetInfo(program, out var programInfo, mapIds) < 0 || programInfo.Name != KernelLayout.Program)
            return null;

        var maps = new Dictionary<string, SafeBpfHandle>(StringComparer.Ordinal);
        var portsId = 0u;
        try
        {
            foreach (var mapId in mapIds[..(int)Math.Min(programInfo.MapCount, MaxMaps)])
            {
                if (Open(LibBpf.OpenMap(mapId)) is not { } map)
                    continue;
                if (LibBpf.GetInfo(map, out BpfMapInfo mapInfo) != 0 || !maps.TryAdd(mapInfo.Name, map))
                    map.Dispose();
                else
                    RequireLayout(mapInfo.Name, mapInfo.KeySize, mapInfo.ValueSize);
                if (mapInfo.Name == KernelLayout.PortsMap)
                    portsId = mapId;
            }

            return maps.TryGetValue(KernelLayout.PortsMap, out var ports) && maps.TryGetValue(KernelLayout.CountersMap, out var counters)
                ? new SteeringView(linkId, programInfo.Id, portsId, linkInfo.NamespaceInode, ReadListener(maps), ReadPorts(ports, maps),
                    new CountersMap(counters).Read())
                : null;
        }
        catch (SteeringException) when (linkInfo.NamespaceInode != OwnNamespaceInode)
        {
            return null; // somebody else's, and none of the caller's business
        }
        finally
        {
            foreach (var map in maps.Values)
                map.Dispose();
        }
    }

    /// <summary>The kernel writes as much as a map's elements have, whatever room there is: a proxy of another version may have larger ones.</summary>
    internal static void RequireLayout(string map, uint keySize, uint valueSize)
    {
        (int Key, int Value)? own = map switch
        {
            KernelLayout.PortsMap => (sizeof(ushort), sizeof(byte)),
            KernelLayout.SocketMap => (sizeof(uint), sizeof(ulong)),
            KernelLayout.RulesMap => (sizeof(uint), sizeof(int)),
            KernelLayout.RulesTableA or KernelLayout.RulesTableB => (sizeof(uint), PortRuleTable.Size),
            KernelLayout.AppsMap => (sizeof(uint), Unsafe.SizeOf<AppName>()),
            KernelLayout.CountersMap => (sizeof(uint), Unsafe.SizeOf<SteeringCounters>()),
            _ => null, // not read here
        };
        if (own is var (key, value) && (key != keySize || value != valueSize))
            throw new SteeringException(
                $"the proxy that steers is of another version: its BPF map {map} has elements of {keySize}+{valueSize} bytes, not {key}+{value}; look at it with its own proxify");
    }

    private static SafeBpfHandle? Open(int descriptor) => descriptor < 0 ? null : new SafeBpfHandle(descriptor);

    private static ulong? ReadListener(Dictionary<string, SafeBpfHandle> maps)
    {
        ulong cookie = 0;
        return maps.TryGetValue(KernelLayout.SocketMap, out var map)
            && new BpfMap<uint, ulong>(map, KernelLayout.SocketMap).TryGet(0, ref cookie) ? cookie : null;
    }

    private static SteeredPortView[] ReadPorts(SafeBpfHandle portsMap, Dictionary<string, SafeBpfHandle> maps)
    {
        var ports = SteeringProgram.PortsOf(new BpfMap<ushort, byte>(portsMap, KernelLayout.PortsMap));
        var rules = ReadRules(maps);
        var apps = new Dictionary<uint, string>();
        if (maps.TryGetValue(KernelLayout.AppsMap, out var map))
        {
            var (scopes, names) = new BpfMap<uint, AppName>(map, KernelLayout.AppsMap).ReadAll(2 * KernelLayout.MaxApps);
            foreach (var (scope, name) in scopes.Zip(names))
                apps[scope] = name.ToString();
        }

        return [.. ports.Select(p => new SteeredPortView(p.Port, p.ByHand, apps.GetValueOrDefault(rules.OfPort[p.Port].Scope)))];
    }

    // The outer map's value, read from user space, is the id of the table in force.
    private static PortRuleTable ReadRules(Dictionary<string, SafeBpfHandle> maps)
    {
        var rules = new PortRuleTable();
        var tableId = 0;
        if (maps.TryGetValue(KernelLayout.RulesMap, out var outer) && new BpfMap<uint, int>(outer, KernelLayout.RulesMap).TryGet(0, ref tableId))
        {
            using var table = Open(LibBpf.OpenMap((uint)tableId));
            if (table is not null && LibBpf.GetInfo(table, out BpfMapInfo info) == 0)
            {
                RequireLayout(KernelLayout.RulesTableA, info.KeySize, info.ValueSize);
                rules.ReadFrom(new BpfMap<uint, PortRules>(table, KernelLayout.RulesTableA));
            }
        }

        return rules;
    }
}
