namespace Proxify.Configuration;

/// <summary>Where an app's connections go: an address, or a name that stands for several. A text converts to one, as in the file.</summary>
public sealed record TargetConfig
{
    internal const int MaxPortOffset = PortNumber.Max - PortNumber.Min;

    /// <summary>A target as the file's <c>Address</c> names it.</summary>
    /// <param name="address">
    /// <c>127.0.0.1:7001</c>, <c>[::1]:7001</c>, <c>db.internal:5432</c>; <c>10.0.0.7</c> or <c>10.0.0.7:+1000</c> for the port that the client has asked for,
    /// or one that is so many further; <c>_redis._tcp.cache.internal</c> for a service, which brings its ports (DNS SRV).
    /// </param>
    /// <exception cref="FormatException">The text is in none of these forms; the message says what was expected.</exception>
    public TargetConfig(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        (Host, Port, PortOffset) = TargetAddress.Split(address, out var problem) ?? throw new FormatException(problem);
    }

    internal TargetConfig(string host, int port, int? portOffset = null) => (Host, Port, PortOffset) = (host, port, portOffset);

    /// <summary>The address as users write it. An IP address has its usual form.</summary>
    public string Address => IsService ? Host : (Host.Contains(':') ? $"[{Host}]" : Host) + (PortOffset is { } offset ? OffsetText(offset) : $":{Port}");

    /// <summary>
    /// Share of new sessions relative to the app's other targets, for each of a name's addresses (a service's own weights take its place); 0: none.
    /// 0 to 256, default 1. Not all of an app's targets may have 0.
    /// </summary>
    public int Weight { get; init; } = TargetOptions.Weight.Value;

    /// <summary>Used only when no other target of the app is available. Default false. Not all of an app's targets may be backups.</summary>
    public bool Backup { get; init; }

    /// <summary>Stands in place of one that cannot be read.</summary>
    internal static TargetConfig Unreadable { get; } = new("", 0);

    internal bool IsReadable => Host.Length > 0;

    /// <summary>An IPv4 or IPv6 literal (without brackets), a host name, or the name of a service.</summary>
    internal string Host { get; init; }

    /// <summary>1-65535; 0 for a service, and with <see cref="PortOffset"/>.</summary>
    internal int Port { get; init; }

    /// <summary>How much further than the client's port the session goes, -65534 to 65534. Null: it goes to <see cref="Port"/>.</summary>
    internal int? PortOffset { get; init; }

    /// <summary>A service: its first label begins with <c>_</c>, and it has no port.</summary>
    internal bool IsService => Port == 0 && PortOffset is null && Host.StartsWith('_');

    public static implicit operator TargetConfig(string address) => new(address);

    public override string ToString() => Address;

    /// <summary>The ports that the app's sessions go to; of a valid target.</summary>
    internal IEnumerable<PortRange> PortsFrom(AppConfig app) =>
        PortOffset is { } offset ? app.Ports.Select(range => new PortRange(range.First + offset, range.Last + offset)) : [Port];

    /// <summary>What stands in the place of a port: nothing, <c>:+1000</c>, <c>:-1000</c>.</summary>
    internal static string OffsetText(int offset) => offset switch
    {
        0 => "",
        > 0 => $":+{offset}",
        _ => $":{offset}",
    };
}
