using System.Collections.Immutable;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Routing;
using Proxify.Transport;

namespace Proxify.Model;

/// <summary>The immutable, validated snapshot that the running proxy uses. Replaced whole by a reload.</summary>
public sealed class ProxyModel
{
    public required ProxyConfig Config { get; init; }

    public required ImmutableArray<AppModel> Apps { get; init; }

    /// <summary>Local endpoint to app.</summary>
    public required RouteTable Routes { get; init; }

    /// <summary>Where connections go whose port belongs to no app, which only steering makes possible; null refuses them.</summary>
    public required AppModel? DefaultApp { get; init; }

    /// <summary>Who may connect at all; an app's own rules come on top.</summary>
    public required SourceRules Sources { get; init; }

    /// <summary>Over all apps.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>The buckets of the limits' rates; null where there are none. The same object as long as the rates are the same.</summary>
    public required ConnectionRates? Rates { get; init; }

    /// <summary>The same object before and after a reload.</summary>
    public required ProxyState State { get; init; }

    /// <summary>Every endpoint that native listeners have to be open on. Made anew by each call: steering never asks, and 65,000 take 2 MB.</summary>
    public ImmutableArray<TcpEndpoint> Endpoints => [.. ModelBuilder.Endpoints(Config)];
}
