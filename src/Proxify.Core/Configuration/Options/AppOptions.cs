using System.Net;

namespace Proxify.Configuration;

/// <summary>The keys of an app.</summary>
internal static class AppOptions
{
    /// <summary>A balancer's orders and tables, and what one pick may have to look at, grow with them.</summary>
    public const int MostTargets = 10_000;

    private const int MostServerNames = 10_000;

    public static readonly ReferenceOption<AppConfig, string> Name = new(
        nameof(Name), new NameType(), a => a.Name, (a, value) => a with { Name = value },
        "appears in logs and metrics; unique in the file")
    { IsRequired = true };

    public static readonly ListOption<AppConfig, PortRange> Ports = new(
        nameof(Ports), "ports", new PortRangeType(), a => a.Ports, (a, value) => a with { Ports = value },
        "what clients connect to: a number 1-65535 (`5001`), or a range, both ends included (`\"5200-5299\"`)")
    { IsRequired = true, AtLeastOne = "port" };

    public static readonly ListOption<AppConfig, TargetConfig> Targets = new(
        nameof(Targets), "targets", new TargetType(), a => a.Targets, (a, value) => a with { Targets = value },
        "where connections go")
    { IsRequired = true, AtLeastOne = "target", Most = MostTargets, TooMany = $"targets; expected at most {MostTargets:N0} in an app" };

    public static readonly ValueOption<AppConfig, BalancingPolicy> Balancing = new(
        nameof(Balancing), ConfigWords.Balancing, a => a.Balancing, (a, value) => a with { Balancing = value },
        "how the targets share new sessions: see [balancing](#balancing)", BalancingPolicy.RoundRobin);

    public static readonly ValueOption<AppConfig, TimeSpan> SlowStart = new(
        nameof(SlowStart), new DurationType("0s", "1h"), a => a.SlowStart, (a, value) => a with { SlowStart = value },
        "how long a target that comes back takes to get its full weight: see [slow start](#slow-start)", TimeSpan.Zero)
    { Absent = "none" };

    public static readonly ListOption<AppConfig, IPAddress> Bind = new(
        nameof(Bind), "IP addresses", new AddressType("an IP address of this machine such as \"127.0.0.1\" or \"::1\""), a => a.Bind,
        (a, value) => a with { Bind = value },
        "the local addresses to listen on, without brackets: `[\"127.0.0.1\", \"::1\"]`. `\"0.0.0.0\"` is every IPv4 address, `\"::\"` every address of both families, `\"fe80::1%eth0\"` a link-local address, which needs its interface")
    { Absent = "every address, IPv4 and IPv6" };

    public static readonly ListOption<AppConfig, string> ServerNames = new(
        nameof(ServerNames), "server names", ServerNameText.Type, a => a.ServerNames, (a, value) => a with { ServerNames = value },
        "of the TLS clients of its ports, the app takes those that ask for one of these names (SNI): `\"www.example.com\"`, or `\"*.example.com\"` for every name that ends so. Apps that take different clients may [share a port](#apps-that-share-a-port)")
    { Absent = "those that no other app of the port takes", Most = MostServerNames, TooMany = $"server names; expected at most {MostServerNames:N0}" };

    public static readonly ListOption<AppConfig, string> ApplicationProtocols = new(
        nameof(ApplicationProtocols), "ALPN protocols", TlsText.Protocol, a => a.ApplicationProtocols,
        (a, value) => a with { ApplicationProtocols = value },
        "and of these clients those that offer one of these protocols, such as `\"h2\"`")
    { Absent = "whatever they offer", Most = AlpnRules.Most, TooMany = AlpnRules.TooMany };

    public static readonly ValueOption<AppConfig, bool> PlainClients = new(
        nameof(PlainClients), new FlagType(), a => a.PlainClients, (a, value) => a with { PlainClients = value },
        "`true`: the app takes the clients of its ports that do not speak TLS, where those that do go by their [server names](#apps-that-share-a-port)", false);

    public static readonly ValueOption<AppConfig, StartTlsProtocol> StartTls = new(
        nameof(StartTls), ConfigWords.StartTls, a => a.StartTls, (a, value) => a with { StartTls = value },
        "`\"postgres\"`: clients ask for TLS in [PostgreSQL's way](#starttls) before they begin with it", StartTlsProtocol.Off);

    public static readonly ValueOption<AppConfig, AppProtocol> Protocol = new(
        nameof(Protocol), ConfigWords.Protocols, a => a.Protocol, (a, value) => a with { Protocol = value },
        "what its clients and targets speak: with any but `\"tcp\"` the proxy reads requests and replies, and clients share connections to targets: see [framed apps](#framed-apps)",
        AppProtocol.Tcp);

    public static readonly SectionOption<AppConfig, LengthPrefixConfig> LengthPrefix = new(
        nameof(LengthPrefix), LengthPrefixOptions.Section, a => a.LengthPrefix, (a, value) => a with { LengthPrefix = value },
        "where messages say how long they are; required with `\"length-prefixed\"`, and for that alone")
    { Absent = "none", Empty = new LengthPrefixConfig() };

    public static readonly SectionOption<AppConfig, LineConfig> Line = new(
        nameof(Line), LineOptions.Section, a => a.Line, (a, value) => a with { Line = value },
        "where messages end, with `\"line\"`")
    { Absent = "at a line feed", Empty = new LineConfig() };

    public static readonly SectionOption<AppConfig, RequestsConfig> Requests = new(
        nameof(Requests), RequestsOptions.Section, a => a.Requests, (a, value) => a with { Requests = value },
        "how requests go to targets; a key that is absent here comes from the file's `Requests`. Not with `\"tcp\"`")
    { Absent = "those of the file" };

    public static readonly SectionOption<AppConfig, CacheConfig> Cache = new(
        nameof(Cache), CacheOptions.Section, a => a.Cache, (a, value) => a with { Cache = value },
        "replies that are kept, with `\"redis\"` and `\"memcached\"`; `{}` does")
    { Absent = "none are", Empty = new CacheConfig() };

    public static readonly SectionOption<AppConfig, SourcesConfig> Sources = new(
        nameof(Sources), SourcesOptions.Section, a => a.Sources, (a, value) => a with { Sources = value },
        "who may connect to this app, of those whom the file's `Sources` let in")
    { Absent = "everybody" };

    public static readonly DialSourceOption Source = new() { Absent = "as the kernel chooses" };

    public static readonly ValueOption<AppConfig, bool> AllowTakeover = new(
        nameof(AllowTakeover), new FlagType(), a => a.AllowTakeover, (a, value) => a with { AllowTakeover = value },
        "[steering](#steering) takes this app's ports also from processes that have them bound. `false`: with a warning about each; `true`: without", false);

    public static readonly ValueOption<AppConfig, bool> AbortOnClose = new(
        nameof(AbortOnClose), new FlagType(), a => a.AbortOnClose, (a, value) => a with { AbortOnClose = value },
        "`true`: a client that ends its side (FIN) without having said a byte has left, and its session ends at once while it [waits](#limits) in the queue or for a target's answer. `false`: it may wait for what a target says first; only a client that resets has left",
        false);

    public static readonly SectionOption<AppConfig, TimeoutsConfig> Timeouts = new(
        nameof(Timeouts), TimeoutsOptions.Section, a => a.Timeouts, (a, value) => a with { Timeouts = value },
        "for this app; a key that is absent here comes from the file's `Timeouts`")
    { Absent = "those of the file" };

    public static readonly SectionOption<AppConfig, AppLimitsConfig> Limits = new(
        nameof(Limits), AppLimitsOptions.Section, a => a.Limits, (a, value) => a with { Limits = value },
        "how much of this app may come in; the file's `Limits` hold besides")
    { Absent = "none" };

    public static readonly SectionOption<AppConfig, HealthConfig> Health = new(
        nameof(Health), HealthOptions.Section, a => a.Health, (a, value) => a with { Health = value },
        "for this app; a key that is absent here comes from the file's `Health`")
    { Absent = "that of the file" };

    public static readonly SectionOption<AppConfig, ProxyProtocolConfig> ProxyProtocol = new(
        nameof(ProxyProtocol), ProxyProtocolOptions.Section, a => a.ProxyProtocol, (a, value) => a with { ProxyProtocol = value },
        "balancers in front of the proxy that say who the client is: see [PROXY protocol](#proxy-protocol)")
    { Absent = "nobody's header is read", Empty = new ProxyProtocolConfig { From = null! } };

    public static readonly SentHeaderOption SendProxyProtocol = new() { Absent = "no header is sent" };

    public static readonly SectionOption<AppConfig, TlsConfig> Tls = new(
        nameof(Tls), TlsOptions.Section, a => a.Tls, (a, value) => a with { Tls = value },
        "clients speak [TLS](tls.md), which ends here")
    { Absent = "bytes are passed on as they come", Empty = new TlsConfig { Certificates = null! } };

    public static readonly SectionOption<AppConfig, TargetTlsConfig> TargetTls = new(
        nameof(TargetTls), TargetTlsOptions.Section, a => a.TargetTls, (a, value) => a with { TargetTls = value },
        "targets are spoken to in [TLS](tls.md#tls-to-targets); `{}` does")
    { Absent = "bytes are passed on as they come", Empty = new TargetTlsConfig() };

    public static readonly SectionOption<AppConfig, AccessLogConfig> AccessLog = new(
        nameof(AccessLog), AccessLogOptions.Section, a => a.AccessLog, (a, value) => a with { AccessLog = value },
        "for this app; a key that is absent here comes from the file's `AccessLog`")
    { Absent = "that of the file" };

    public static readonly Section<AppConfig> Section = new(
        "an app such as {\"Name\": \"web\", \"Ports\": [80], \"Targets\": [\"10.0.0.1:80\"]}", Name, Ports, Targets, Balancing, SlowStart, Bind, ServerNames,
        ApplicationProtocols, PlainClients, StartTls, Protocol, LengthPrefix, Line, Requests, Cache, Sources, Source, AllowTakeover, AbortOnClose, Timeouts,
        Limits, Health, ProxyProtocol, SendProxyProtocol, Tls, TargetTls, AccessLog);
}
