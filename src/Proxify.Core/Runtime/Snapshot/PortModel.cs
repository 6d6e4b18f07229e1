using System.Collections.Immutable;
using Proxify.Prefaces;
using Proxify.Routing;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>Whom the connections of a port are for. Ports of the same apps share one.</summary>
/// <param name="apps">
/// The one app as a rule. Of several, no two of which take the same clients, and which agree on how connections begin, what the client says first decides.
/// </param>
internal sealed class PortModel(ImmutableArray<AppModel> apps)
{
    public ImmutableArray<AppModel> Apps { get; } = apps;

    /// <summary>The app; of several the first, to which everything counts that ends before it is known which.</summary>
    public AppModel App => Apps[0];

    /// <summary>How a ClientHello tells the app. Null: none has to be read.</summary>
    public NameTable<AppModel>? Names { get; } = apps is [{ ReadsHello: false }]
        ? null
        : new(apps.Select(app => new NameClaim<AppModel>(app, app.ServerNames, app.ApplicationProtocols)));

    /// <summary>
    /// The one that takes clients without TLS, where a ClientHello is waited for; no TLS ends there, or they would pass by all that it asks of clients. Null:
    /// nobody does.
    /// </summary>
    public AppModel? PlainApp { get; } = apps.FirstOrDefault(app => app.PlainClients);

    /// <summary>Whose headers are believed; null: nobody's.</summary>
    public ProxyProtocolModel? ProxyProtocol { get; } = apps[0].ProxyProtocol;

    /// <summary>Whether what a header says besides addresses is told to targets.</summary>
    public bool PassesTlvsOn { get; } = apps.Any(app => app.SentHeader is { Tlvs: not SentTlvs.None });

    /// <summary>For all that a client has to say before its app is known.</summary>
    public TimeSpan Handshake { get; } = apps.Max(app => app.Timeouts.Handshake);

    /// <summary>Whether a balancer is in front of <paramref name="peer"/>'s clients.</summary>
    public bool IsBalancer(TcpEndpoint peer) => ProxyProtocol is { } protocol && protocol.From.Allows(peer.Address);

    /// <summary>Whether something has to be read of a connection before it can be judged.</summary>
    public bool ReadsFirst(TcpEndpoint peer) => ProxyProtocol is { IsRequired: true } || IsBalancer(peer) || Names is not null;
}
