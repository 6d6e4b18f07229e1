using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>
/// Makes a model of a valid config. What has the same name (an app, a host) or the same address within its app (an endpoint of a target) keeps its state.
/// </summary>
internal static class ModelBuilder
{
    /// <summary>The name in logs and metrics of the pool of all apps' targets; an app of the same name would only share its line.</summary>
    public const string EveryApp = "*";

    /// <param name="given">Valid.</param>
    /// <param name="previous">The model in force; null: there is none.</param>
    /// <param name="overrides">Of this config; null: none.</param>
    /// <exception cref="InvalidConfigException">A file that it names, such as that of a certificate, is not good.</exception>
    public static ProxyModel Build(ProxyConfig given, ProxyModel? previous, Overrides? overrides = null)
    {
        overrides ??= Overrides.None;
        var config = overrides.ApplyTo(given);
        var state = previous?.State ?? new ProxyState();
        var limits = EffectiveLimits.Of(config.Limits);
        var names = (previous?.Names ?? []).ToDictionary(n => NameKey(n.Host, n.IsService));
        var before = (previous?.Apps ?? []).ToDictionary(a => a.Name, StringComparer.Ordinal);
        var errors = new List<ConfigError>();
        var apps = config.Apps
            .Select((app, i) => BuildApp(app, $"Apps[{i}]", config, names, state, before.GetValueOrDefault(app.Name), errors))
            .ToImmutableArray();
        if (errors.Count > 0)
            throw new InvalidConfigException(errors);
        return new ProxyModel
        {
            Config = given,
            Overrides = overrides,
            Apps = apps,
            Routes = RouteBuilder.Build(config.Apps.Zip(apps)),
            DefaultPort = DefaultApp(config, apps, previous) is { } fallback ? new PortModel([fallback]) : null,
            Sources = Rules(config.Sources),
            Resolver = Resolver(config.Resolver),
            Limits = limits,
            ClientHello = ProxyLimitsOptions.ClientHello.Of(config.Limits, null),
            BufferMemory = config.Limits.BufferMemory ?? BufferMemory.Default,
            Rates = Rates(limits, state, previous?.Rates),
            State = state,
        };
    }

    public static ResolverSettings Resolver(ResolverConfig config) =>
        new([.. config.Servers.Select(s => new TcpEndpoint(s))], config.MinTtl, config.MaxTtl, Families(config.Family));

    /// <summary>Every endpoint that native listeners have to be open on, one that apps share as often as there are such apps.</summary>
    public static IEnumerable<TcpEndpoint> Endpoints(ProxyConfig config) =>
        from app in config.Apps
        from range in app.Ports
        from port in Enumerable.Range(range.First, range.Last - range.First + 1)
        from address in app.Bind.Count == 0 ? [EveryAddress] : app.Bind
        select new TcpEndpoint(address, port);

    // A dual-stack socket takes IPv4 as well.
    private static IPAddress EveryAddress { get; } = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static AppModel BuildApp(AppConfig app, string path, ProxyConfig config, Dictionary<(string, bool), ResolvedName> names, ProxyState proxy,
        AppModel? previous, List<ConfigError> errors)
    {
        var limits = EffectiveLimits.Of(app.Limits, config.Limits);
        var source = EffectiveSource.Of(app.Source);
        if (source is not null && source.Equals(previous?.Source))
            source = previous.Source;
        var header = EffectiveHeader.Of(app.SendProxyProtocol);
        var tls = ServerTls.Of(app, path, config.Folder, errors, previous?.Tls);
        var targetTls = ClientTls.Of(app, path, config.Folder, errors, previous?.TargetTls);
        return new AppModel
        {
            Name = app.Name,
            Targets = Same(previous?.Targets, [.. app.Targets.Select(t => BuildTarget(t, names))]),
            Balancing = app.Balancing,
            Framing = EffectiveFraming.Of(app, config.Requests, previous?.Framing),
            Timeouts = EffectiveTimeouts.Of(app.Timeouts, config.Timeouts),
            Health = EffectiveHealth.Of(app, config.Health, source, header, targetTls),
            Sources = Rules(app.Sources),
            Source = source,
            Limits = limits,
            Rates = Rates(limits, proxy, previous?.Rates),
            Ports = Same(previous?.Ports, [.. app.Ports.SelectMany(r => Enumerable.Range(r.First, r.Last - r.First + 1)).Select(port => (ushort)port)]),
            ServerNames = Same(previous?.ServerNames, [.. app.ServerNames.Select(ServerNameText.Normalize)]),
            ApplicationProtocols = Same(previous?.ApplicationProtocols, [.. app.ApplicationProtocols]),
            PlainClients = app.PlainClients,
            StartsAsPostgres = app.StartTls == StartTlsProtocol.Postgres,
            AllowTakeover = app.AllowTakeover,
            AbortOnClose = app.AbortOnClose,
            ProxyProtocol = app.ProxyProtocol is { } protocol ? new(new SourceRules(protocol.From, []), protocol.Required) : null,
            SentHeader = header,
            Tls = tls,
            TargetTls = targetTls,
            AccessLog = EffectiveAccessLog.Of(app.AccessLog, config.AccessLog),
            State = previous?.State ?? new AppState(app.Name),
        };
    }

    private static TargetModel BuildTarget(TargetConfig target, Dictionary<(string, bool), ResolvedName> names)
    {
        if (IPAddress.TryParse(target.Host, out var address))
            return new TargetModel(target.Address, target.Weight, target.Backup, new TcpEndpoint(address, target.Port), Name: null, (ushort)target.Port,
                target.PortOffset);
        var key = NameKey(target.Host, target.IsService);
        if (!names.TryGetValue(key, out var name))
            names.Add(key, name = new ResolvedName(target.Host, target.IsService));
        return new TargetModel(target.Address, target.Weight, target.Backup, Literal: null, name, (ushort)target.Port, target.PortOffset);
    }

    private static AddressFamilies Families(ResolverFamily family) => family switch
    {
        ResolverFamily.IPv4 => AddressFamilies.IPv4,
        ResolverFamily.IPv6 => AddressFamilies.IPv6,
        _ => AddressFamilies.Both,
    };

    // DNS knows no case.
    public static (string Host, bool IsService) NameKey(string host, bool isService) => (host.ToUpperInvariant(), isService);

    private static SourceRules Rules(SourcesConfig sources) =>
        sources is { Allow.Count: 0, Deny.Count: 0 } ? SourceRules.None : new SourceRules(sources.Allow, sources.Deny);

    private static RateBuckets? Rates(EffectiveLimits limits, ProxyState state, RateBuckets? previous) =>
        limits.Rates.IsNone ? null : previous?.Limits == limits.Rates ? previous : new RateBuckets(limits.Rates, state.Buckets);

    private static AppModel? DefaultApp(ProxyConfig config, ImmutableArray<AppModel> apps, ProxyModel? previous) => config.DefaultApp.Kind switch
    {
        DefaultAppKind.App => apps.First(a => a.Name == config.DefaultApp.Name),
        DefaultAppKind.AllTargets => Pool(config, apps, previous?.DefaultApp is { Pooled.IsEmpty: false } kept ? kept : null),
        _ => null,
    };

    private static AppModel Pool(ProxyConfig config, ImmutableArray<AppModel> apps, AppModel? previous)
    {
        return new AppModel
        {
            Name = EveryApp,
            Targets = [.. apps.SelectMany(a => a.Targets)],
            Pooled = apps,
            Balancing = BalancingPolicy.RoundRobin,
            Timeouts = EffectiveTimeouts.Of(new TimeoutsConfig(), config.Timeouts),
            Sources = SourceRules.None,
            Limits = EffectiveLimits.None,
            Rates = null,
            Ports = [],
            AllowTakeover = false,
            AccessLog = EffectiveAccessLog.Of(new AccessLogConfig(), config.AccessLog),
            State = previous?.State ?? new AppState(EveryApp),
        };
    }

    /// <summary>The array before where nothing in it is new: models are compared by their arrays' identity.</summary>
    private static ImmutableArray<T> Same<T>(ImmutableArray<T>? before, ImmutableArray<T> now) =>
        before is { } kept && kept.SequenceEqual(now) ? kept : now;
}
