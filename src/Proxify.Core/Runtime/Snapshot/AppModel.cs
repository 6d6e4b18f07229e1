using System.Collections.Immutable;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Health;
using Proxify.Prefaces;
using Proxify.Resolution;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>
/// An app as one model has it; the endpoints that its targets have at a moment are <see cref="AppState.Group"/>. Equal to another model's where that says the
/// same of the app, which has the same state then: what follows changes has nothing to do.
/// </summary>
internal sealed record AppModel
{
    public required string Name { get; init; }

    public required ImmutableArray<TargetModel> Targets { get; init; }

    public required BalancingPolicy Balancing { get; init; }

    /// <summary>
    /// What the proxy knows of its clients' and targets' messages. Null (default): nothing, bytes are passed on as they come. The same object as long as it
    /// says the same.
    /// </summary>
    public FramingModel? Framing { get; init; }

    /// <summary>The apps whose endpoints this one's are, states included; empty for an app with targets of its own.</summary>
    public ImmutableArray<AppModel> Pooled { get; init; } = [];

    public required EffectiveTimeouts Timeouts { get; init; }

    /// <summary>How its endpoints are watched. A pool's are watched by their own apps.</summary>
    public HealthSettings Health { get; init; } = HealthSettings.Off;

    /// <summary>Who may connect to this app; the proxy's own rules come on top.</summary>
    public required SourceRules Sources { get; init; }

    /// <summary>Where its targets are dialled from; null: as the kernel chooses. The same object as long as it says the same.</summary>
    public DialSource? Source { get; init; }

    /// <summary>The proxy's own hold besides.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>The buckets of the limits' rates; null where there are none. The same object as long as the rates are the same.</summary>
    public required RateBuckets? Rates { get; init; }

    /// <summary>Its ports, each once, whatever addresses they are bound to.</summary>
    public required ImmutableArray<ushort> Ports { get; init; }

    /// <summary>The server names of which its TLS clients ask for one, as <see cref="Routing.NameClaim{T}"/> has them. Empty: any.</summary>
    public ImmutableArray<string> ServerNames { get; init; } = [];

    /// <summary>The protocols of which its TLS clients offer one. Empty: any.</summary>
    public ImmutableArray<string> ApplicationProtocols { get; init; } = [];

    /// <summary>Whether a ClientHello has to be read to know that a client is one of its own.</summary>
    public bool GoesByName => !ServerNames.IsEmpty || !ApplicationProtocols.IsEmpty;

    /// <summary>It takes clients without TLS of a port where a ClientHello is waited for.</summary>
    public bool PlainClients { get; init; }

    /// <summary>Its clients ask for TLS as PostgreSQL's do, before they begin with it, and so its targets are asked.</summary>
    public bool StartsAsPostgres { get; init; }

    /// <summary>Whether the proxy has to see how its clients begin with TLS.</summary>
    public bool ReadsHello => GoesByName || (StartsAsPostgres && Tls is not null);

    /// <summary>Steering may take its ports from other processes without a warning.</summary>
    public required bool AllowTakeover { get; init; }

    /// <summary>Whose PROXY headers are believed. Null (default): nobody's.</summary>
    public ProxyProtocolModel? ProxyProtocol { get; init; }

    /// <summary>The PROXY header that targets get first. Null (default): none.</summary>
    public SentHeader? SentHeader { get; init; }

    /// <summary>A client that ends its side without having said a byte has left.</summary>
    public bool AbortOnClose { get; init; }

    /// <summary>TLS with its clients; null: what they send is passed on as it comes. The same object as long as the config says the same of it.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>TLS with its targets, likewise.</summary>
    public ClientTls? TargetTls { get; init; }

    /// <summary>What is recorded of its sessions.</summary>
    public required EffectiveAccessLog AccessLog { get; init; }

    /// <summary>Identity, counters and endpoints; the same object before and after a reload.</summary>
    public required AppState State { get; init; }

    /// <summary>Those of its targets that are names, each once.</summary>
    public IEnumerable<ResolvedName> Names => Targets.Select(t => t.Name).OfType<ResolvedName>().Distinct();
}
