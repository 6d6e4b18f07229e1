using System.Collections.Immutable;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Routing;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>The immutable, validated snapshot that the running proxy uses. Replaced whole by a reload.</summary>
internal sealed class ProxyModel
{
    /// <summary>As it was given, without <see cref="Overrides"/>.</summary>
    public required ProxyConfig Config { get; init; }

    /// <summary>What was changed at run time on top of the config; in all that follows it is included.</summary>
    public required Overrides Overrides { get; init; }

    public required ImmutableArray<AppModel> Apps { get; init; }

    /// <summary>Local endpoint to the app that has it, or the apps that share it.</summary>
    public required RouteTable<PortModel> Routes { get; init; }

    /// <summary>Where connections go whose port belongs to no app, which only steering makes possible; null refuses them.</summary>
    public required PortModel? DefaultPort { get; init; }

    /// <summary>The app of <see cref="DefaultPort"/>.</summary>
    public AppModel? DefaultApp => DefaultPort?.App;

    /// <summary>Who may connect at all; an app's own rules come on top.</summary>
    public required SourceRules Sources { get; init; }

    /// <summary>How the targets' names are asked for.</summary>
    public required ResolverSettings Resolver { get; init; }

    /// <summary>Over all apps.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>Bytes that a client may take for its ClientHello.</summary>
    public required int ClientHello { get; init; }

    /// <summary>Bytes that relays may hold.</summary>
    public required long BufferMemory { get; init; }

    /// <summary>The buckets of the limits' rates; null where there are none. The same object as long as the rates are the same.</summary>
    public required RateBuckets? Rates { get; init; }

    /// <summary>The same object before and after a reload.</summary>
    public required ProxyState State { get; init; }

    /// <summary>Every endpoint that native listeners have to be open on. Made anew by each call: steering never asks, and 65,000 take 2 MB.</summary>
    public ImmutableArray<TcpEndpoint> Endpoints => [.. ModelBuilder.Endpoints(Overrides.ApplyTo(Config)).Distinct()];

    /// <summary>The names among all apps' targets, each once.</summary>
    public IEnumerable<ResolvedName> Names => Apps.SelectMany(app => app.Names).Distinct();

    /// <summary>The pool of all apps' targets, where that is the default app; otherwise null.</summary>
    public AppModel? Pool => DefaultApp is { Pooled.IsEmpty: false } pool ? pool : null;
}
