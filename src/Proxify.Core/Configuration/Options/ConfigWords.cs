namespace Proxify.Configuration;

/// <summary>How the choices of the config are written.</summary>
internal static class ConfigWords
{
    public static WordType<BalancingPolicy> Balancing { get; } = new(
        (BalancingPolicy.RoundRobin, "round-robin"),
        (BalancingPolicy.LeastConnections, "least-connections"),
        (BalancingPolicy.RandomTwo, "random-two"),
        (BalancingPolicy.SourceHash, "source-hash"),
        (BalancingPolicy.First, "first"));

    public static WordType<CheckType> Checks { get; } = new((CheckType.Tcp, "tcp"), (CheckType.Tls, "tls"));

    public static WordType<SessionsFate> Fates { get; } = new((SessionsFate.Keep, "keep"), (SessionsFate.Drain, "drain"), (SessionsFate.Reset, "reset"));

    public static WordType<ResolverFamily> Families { get; } = new((ResolverFamily.All, "all"), (ResolverFamily.IPv4, "ipv4"), (ResolverFamily.IPv6, "ipv6"));

    public static WordType<ProxyProtocolVersion> ProxyProtocols { get; } = new((ProxyProtocolVersion.V1, "v1"), (ProxyProtocolVersion.V2, "v2"));

    public static WordType<ProxyProtocolTlv> ProxyProtocolTlvs { get; } = new(
        (ProxyProtocolTlv.Authority, "authority"),
        (ProxyProtocolTlv.Alpn, "alpn"),
        (ProxyProtocolTlv.Ssl, "ssl"),
        (ProxyProtocolTlv.ClientCertificate, "client-certificate"),
        (ProxyProtocolTlv.UniqueId, "unique-id"),
        (ProxyProtocolTlv.Crc32C, "crc32c"));

    public static WordType<TlsProfile> TlsProfiles { get; } = new((TlsProfile.Intermediate, "intermediate"), (TlsProfile.Modern, "modern"));

    public static WordType<TlsVersion> TlsVersions { get; } = new((TlsVersion.Tls12, "1.2"), (TlsVersion.Tls13, "1.3"));

    public static WordType<ClientCertificateMode> ClientCertificateModes { get; } = new(
        (ClientCertificateMode.Require, "require"), (ClientCertificateMode.Request, "request"), (ClientCertificateMode.Off, "off"));

    public static WordType<StartTlsProtocol> StartTls { get; } = new((StartTlsProtocol.Off, "off"), (StartTlsProtocol.Postgres, "postgres"));

    public static WordType<AppProtocol> Protocols { get; } = new(
        (AppProtocol.Tcp, "tcp"),
        (AppProtocol.Redis, "redis"),
        (AppProtocol.Memcached, "memcached"),
        (AppProtocol.LengthPrefixed, "length-prefixed"),
        (AppProtocol.Line, "line"));

    public static WordType<ByteOrder> ByteOrders { get; } = new((ByteOrder.Big, "big"), (ByteOrder.Little, "little"));

    public static WordType<AccessLogField> AccessLogFields { get; } = new(
        (AccessLogField.App, "app"),
        (AccessLogField.Listen, "listen"),
        (AccessLogField.Client, "client"),
        (AccessLogField.Target, "target"),
        (AccessLogField.ConnectTime, "connect_ms"),
        (AccessLogField.Duration, "duration_ms"),
        (AccessLogField.FromClient, "from_client"),
        (AccessLogField.FromTarget, "from_target"),
        (AccessLogField.Tries, "tries"),
        (AccessLogField.Reason, "reason"),
        (AccessLogField.Via, "via"),
        (AccessLogField.Detail, "detail"),
        (AccessLogField.Tls, "tls"),
        (AccessLogField.Cipher, "cipher"),
        (AccessLogField.ServerName, "server_name"),
        (AccessLogField.Alpn, "alpn"),
        (AccessLogField.ClientCertificate, "client_certificate"),
        (AccessLogField.UniqueId, "unique_id"),
        (AccessLogField.Requests, "requests"),
        (AccessLogField.Own, "own"),
        (AccessLogField.Suppressed, "suppressed"));
}
