namespace Proxify.Configuration;

/// <summary>One upstream address of an app.</summary>
public sealed record TargetConfig
{
    /// <summary>An IPv4 or IPv6 literal (without brackets) or a host name.</summary>
    public required string Host { get; init; }

    /// <summary>1-65535.</summary>
    public required int Port { get; init; }

    /// <summary>Share of new sessions relative to the app's other targets, 0-256; 0: none. Default 1. Not all of an app's targets may have 0.</summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>Used only when no other target of the app is available. Default: false. Not all of an app's targets may be backups.</summary>
    public bool Backup { get; init; }

    public const int DefaultWeight = 1;

    public const int MaxWeight = 256;

    /// <summary>The address as users write it: <c>127.0.0.1:7001</c>, <c>[::1]:7001</c>, <c>db.internal:5432</c>.</summary>
    public string Address => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public override string ToString() => Address;
}
