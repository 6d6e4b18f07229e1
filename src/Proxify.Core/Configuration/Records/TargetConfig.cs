namespace Proxify.Configuration;

/// <summary>Where an app's connections go: an address, or a name that stands for several.</summary>
public sealed record TargetConfig
{
    /// <summary>An IPv4 or IPv6 literal (without brackets), a host name, or the name of a service (<c>_redis._tcp.cache.internal</c>).</summary>
    public required string Host { get; init; }

    /// <summary>1-65535; 0 for a service, which brings its ports (DNS SRV), and with <see cref="PortOffset"/>.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// The target has no port of its own: a session goes to the port that its client has asked for, and so many further, -65534 to 65534. Null (default): it
    /// goes to <see cref="Port"/>.
    /// </summary>
    public int? PortOffset { get; init; }

    /// <summary>A service: its first label begins with <c>_</c>, and it has no port.</summary>
    public bool IsService => Port == 0 && PortOffset is null && Host?.StartsWith('_') == true;

    /// <summary>
    /// Share of new sessions relative to the app's other targets, 0-256, for each of a name's addresses (a service's own weights take its place); 0: none.
    /// Default 1. Not all of an app's targets may have 0.
    /// </summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>Used only when no other target of the app is available. Default: false. Not all of an app's targets may be backups.</summary>
    public bool Backup { get; init; }

    public const int DefaultWeight = 1;

    public const int MaxWeight = 256;

    /// <summary>
    /// The address as users write it: <c>127.0.0.1:7001</c>, <c>[::1]:7001</c>, <c>db.internal:5432</c>, <c>_redis._tcp.cache.internal</c>, <c>10.0.0.7</c>,
    /// <c>10.0.0.7:+1000</c>.
    /// </summary>
    public string Address => IsService ? Host : (Host.Contains(':') ? $"[{Host}]" : Host) + (PortOffset is { } offset ? OffsetText(offset) : $":{Port}");

    /// <summary>The target that a config file's <c>Address</c> names.</summary>
    /// <exception cref="FormatException">The text is not in one of <see cref="Address"/>'s forms; the message says what was expected.</exception>
    public static TargetConfig Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TargetAddress.Parse(address, out var problem) ?? throw new FormatException(problem);
    }

    public override string ToString() => Address;

    /// <summary>The ports that the app's sessions go to; of a valid target.</summary>
    internal IEnumerable<PortRange> PortsFrom(AppConfig app) =>
        PortOffset is { } offset ? app.Ports.Select(range => new PortRange(range.First + offset, range.Last + offset)) : [Port];

    internal const int MaxPortOffset = PortNumber.Max - PortNumber.Min;

    /// <summary>What stands in the place of a port: nothing, <c>:+1000</c>, <c>:-1000</c>.</summary>
    internal static string OffsetText(int offset) => offset switch
    {
        0 => "",
        > 0 => $":+{offset}",
        _ => $":{offset}",
    };
}
