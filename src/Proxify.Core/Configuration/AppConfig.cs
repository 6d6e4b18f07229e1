namespace Proxify.Configuration;

/// <summary>A named service: its ports, its targets, its policies.</summary>
public sealed record AppConfig
{
    /// <summary>Unique, not empty; appears in logs and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The ports clients connect to. At least one.</summary>
    public required IReadOnlyList<PortRange> Ports { get; init; }

    /// <summary>Where connections go. At least one.</summary>
    public required IReadOnlyList<TargetConfig> Targets { get; init; }

    /// <summary>Local addresses to listen on. Default (empty): every address, IPv4 and IPv6.</summary>
    public IReadOnlyList<System.Net.IPAddress> Bind { get; init; } = [];

    /// <summary>Timeouts of this app; what is not set comes from <see cref="ProxyConfig.Timeouts"/>.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();
}
