using Proxify.Linux;

namespace Proxify.SteeringBench;

/// <summary>The running proxy's <c>proxy_ports</c>, written as by hand: one bpf(2) call for a port, without bpftool's own start.</summary>
sealed unsafe class SteeredPorts : IDisposable
{
    readonly SafeBpfHandle _map;

    SteeredPorts(SafeBpfHandle map) => _map = map;

    public static SteeredPorts Of(ProxyProcess proxy)
    {
        // The process holds its maps open, and says their numbers.
        foreach (var file in Directory.EnumerateFiles($"/proc/{proxy.Id}/fdinfo"))
        {
            if (File.ReadLines(file).FirstOrDefault(line => line.StartsWith("map_id:", StringComparison.Ordinal)) is not { } line)
                continue;
            var map = new SafeBpfHandle(LibBpf.OpenMap(uint.Parse(line.AsSpan("map_id:".Length).Trim())));
            if (!map.IsInvalid && LibBpf.GetInfo(map, out BpfMapInfo info) == 0 && info.Name == "proxy_ports")
                return new SteeredPorts(map);
            map.Dispose();
        }

        throw new BenchException("the proxy has no map proxy_ports");
    }

    public void Open(ushort port)
    {
        byte value = 0;
        Check(LibBpf.UpdateElement(_map, &port, &value));
    }

    public void Close(ushort port) => Check(LibBpf.DeleteElement(_map, &port));

    public void Dispose() => _map.Dispose();

    static void Check(int result)
    {
        if (result < 0)
            throw new BenchException($"bpf(2): error {-result}");
    }
}
