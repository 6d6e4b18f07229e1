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
    public required ProxyConfig Config { get; init; }

    public required ImmutableArray<AppModel> Apps { get; init; }

    /// <summary>Local endpoint to app.</summary>
    public required RouteTable<AppModel> Routes { get; init; }

    /// <summary>Where connections go whose port belongs to no app, which only steering makes possible; null refuses them.</summary>
    public required AppModel? DefaultApp { get; init; }

    /// <summary>Who may connect at all; an app's own rules come on top.</summary>
    public required SourceRules Sources { get; init; }

    /// <summary>How the targets' names are asked for.</summary>
    public required ResolverSettings Resolver { get; init; }

    /// <summary>Over all apps.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>Bytes that relays may hold.</summary>
    public required long BufferMemory { get; init; }

    /// <summary>The buckets of the limits' rates; null where there are none. The same object as long as the rates are the same.</summary>
    public required ConnectionRates? Rates { get; init; }

    /// <summary>The same object before and after a reload.</summary>
    public required ProxyState State { get; init; }

    /// <summary>Every endpoint that native listeners have to be open on. Made anew by each call: steering never asks, and 65,000 take 2 MB.</summary>
    public ImmutableArray<TcpEndpoint> Endpoints => [.. ModelBuilder.Endpoints(Config)];

    /// <summary>Every app's targets that are names.</summary>
    internal IEnumerable<ResolvedName> Names => AppsOfName.Select(a => a.Key);

    private ILookup<ResolvedName, AppModel> AppsOfName =>
        field ??= Apps.SelectMany(app => app.Targets.Select(t => t.Name).OfType<ResolvedName>().Distinct().Select(name => (name, app)))
            .ToLookup(a => a.name, a => a.app);

    private AppModel? Pool => DefaultApp is { Pooled.IsEmpty: false } pool ? pool : null;

    /// <summary>Takes up what names have answered since; apps that this changes nothing for keep their groups.</summary>
    internal void TakeAnswers()
    {
        foreach (var app in Apps)
            app.TakeAnswers();
        Pool?.TakeAnswers();
    }

    /// <summary>The same of these names alone: the work is that of the apps concerned, and the pool's once.</summary>
    /// <returns>The apps concerned, without the pool.</returns>
    internal IReadOnlyCollection<AppModel> TakeAnswers(IEnumerable<ResolvedName> names)
    {
        var concerned = names.SelectMany(name => AppsOfName[name]).ToHashSet();
        foreach (var app in concerned)
        {
            app.TakeAnswers();
            app.PutLimitsInForce();
        }

        if (concerned.Count > 0)
            Pool?.TakeAnswers();
        return concerned;
    }

    /// <summary>When the model comes into force, and for endpoints that it has come to have since.</summary>
    internal void PutLimitsInForce()
    {
        State.Sessions.Limit = Limits.Sessions;
        foreach (var app in Apps)
            app.PutLimitsInForce();
    }
}
