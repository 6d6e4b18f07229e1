using System.Collections;
using System.Globalization;

namespace Proxify.Linux;

/// <summary>
/// The ports from which the kernel takes one for each outgoing connection (ip-sysctl, ip_local_port_range less ip_local_reserved_ports), in this process's
/// network namespace.
/// </summary>
public sealed class LocalPorts
{
    private readonly BitArray _reserved = new(ushort.MaxValue + 1);

    private LocalPorts(int first, int last) => (First, Last) = (first, last);

    public int First { get; }

    public int Last { get; }

    /// <summary>Null where /proc does not say.</summary>
    public static LocalPorts? Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range"), File.ReadAllText("/proc/sys/net/ipv4/ip_local_reserved_ports"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <param name="range">Two numbers, such as <c>32768 60999</c>.</param>
    /// <param name="reserved">Numbers and ranges, such as <c>8080,9000-9999</c>; empty for none.</param>
    /// <exception cref="FormatException">They are not what the kernel writes.</exception>
    public static LocalPorts Parse(string range, string reserved)
    {
        if (range.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var first, var last])
            throw new FormatException($"two numbers were expected, found \"{range}\"");
        var ports = new LocalPorts(Port(first), Port(last));
        foreach (var part in reserved.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            for (var port = Port(ends[0]); port <= Port(ends[^1]); port++)
                ports._reserved[port] = true;
        }

        return ports;
    }

    /// <summary>Whether an outgoing connection may get this one.</summary>
    public bool Contains(int port) => port >= First && port <= Last && !_reserved[port];

    private static int Port(string text) => ushort.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
