using System.Collections.Immutable;

namespace Proxify.Configuration;

/// <summary>What the user writes: the root of <c>config.json</c>, or the object an embedding program builds.</summary>
public sealed record ProxyConfig
{
    /// <summary>The apps. At least one; names are unique, and no local endpoint belongs to two apps.</summary>
    public IReadOnlyList<AppConfig> Apps { get; init; } = [];

    /// <summary>
    /// Where connections go whose port belongs to no app. Only steering has them: ports put into the kernel's map by hand, and the steering listener's own
    /// port. Default: <see cref="DefaultAppConfig.AllTargets"/>.
    /// </summary>
    public DefaultAppConfig DefaultApp { get; init; } = DefaultAppConfig.AllTargets;

    /// <summary>Who may connect to any app; an app may narrow it. Default: everybody.</summary>
    public SourcesConfig Sources { get; init; } = new();

    /// <summary>Timeouts of every app that does not set its own.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>How the requests of every app that does not set its own go to targets, where the proxy reads them.</summary>
    public RequestsConfig Requests { get; init; } = new();

    /// <summary>How targets' names are asked for.</summary>
    public ResolverConfig Resolver { get; init; } = new();

    /// <summary>How much may come in, over all apps; an app's own limits hold besides. Default: no limits.</summary>
    public ProxyLimitsConfig Limits { get; init; } = new();

    /// <summary>How the targets of every app that does not set its own are watched.</summary>
    public HealthConfig Health { get; init; } = new();

    /// <summary>The record written for each session.</summary>
    public AccessLogConfig AccessLog { get; init; } = new();

    /// <summary>Where the program answers those who run it; read at the start alone. Default: a UNIX socket.</summary>
    public AdminConfig Admin { get; init; } = new();

    /// <summary>What relative paths in it are relative to: the folder of the file that it was read from. Default: the current one.</summary>
    internal string Folder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>What the file that it was read from held; null: of none. Its hash is left to who asks: OpenSSL for that alone would be 4 MB.</summary>
    internal byte[]? Content { get; init; }

    /// <summary>Targets that get no sessions from any of the proxies that share it.</summary>
    internal ImmutableDictionary<(string App, string Target), TargetMark> Marks { get; init; } =
        ImmutableDictionary<(string App, string Target), TargetMark>.Empty;
}
