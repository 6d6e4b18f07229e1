namespace Proxify.Configuration;

/// <summary><c>SendProxyProtocol</c> of an app, where it is written as an object.</summary>
internal static class SendProxyProtocolOptions
{
    public static readonly ValueOption<SendProxyProtocolConfig, ProxyProtocolVersion> Version = new(
        nameof(Version), ConfigWords.ProxyProtocols, p => p.Version, (p, value) => p with { Version = value },
        "a line of text, or binary", ProxyProtocolVersion.V2);

    public static readonly ListOption<SendProxyProtocolConfig, ProxyProtocolTlv> Tlvs = new(
        nameof(Tlvs), "words", ConfigWords.ProxyProtocolTlvs, p => p.Tlvs, (p, value) => p with { Tlvs = value },
        "what version 2 says [besides the addresses](#what-targets-are-told-besides)")
    { IsSet = true };

    public static readonly Section<SendProxyProtocolConfig> Section = new("\"v1\", \"v2\" or an object such as {\"Tlvs\": [\"authority\"]}", Version, Tlvs);
}
