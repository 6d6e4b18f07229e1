using Proxify.Configuration;
using Proxify.Prefaces;

namespace Proxify.Runtime;

/// <summary>What an app's targets get first.</summary>
internal static class EffectiveHeader
{
    /// <summary>Null: nothing.</summary>
    public static SentHeader? Of(SendProxyProtocolConfig? config) => config is null
        ? null
        : new(config.Version == ProxyProtocolVersion.V2, config.Tlvs.Aggregate(SentTlvs.None, static (all, tlv) => all | Of(tlv)));

    private static SentTlvs Of(ProxyProtocolTlv tlv) => tlv switch
    {
        ProxyProtocolTlv.Authority => SentTlvs.Authority,
        ProxyProtocolTlv.Alpn => SentTlvs.Alpn,
        ProxyProtocolTlv.Ssl => SentTlvs.Ssl,
        ProxyProtocolTlv.ClientCertificate => SentTlvs.Ssl | SentTlvs.ClientCertificate,
        ProxyProtocolTlv.UniqueId => SentTlvs.UniqueId,
        _ => SentTlvs.Crc32C,
    };
}
