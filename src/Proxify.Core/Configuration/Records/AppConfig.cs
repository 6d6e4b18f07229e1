namespace Proxify.Configuration;

/// <summary>A named service: its ports, its targets, its policies.</summary>
public sealed record AppConfig
{
    /// <summary>Unique, not empty; appears in logs and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The ports clients connect to. At least one.</summary>
    public required IReadOnlyList<PortRange> Ports { get; init; }

    /// <summary>Where connections go. At least one.</summary>
    public required IReadOnlyList<TargetConfig> Targets { get; init; }

    /// <summary>How the targets share new sessions. Default <see cref="BalancingPolicy.RoundRobin"/>.</summary>
    public BalancingPolicy Balancing { get; init; }

    /// <summary>
    /// The time in which an endpoint that was unavailable and comes back gets its full weight again, from a tenth of it on. Not with
    /// <see cref="BalancingPolicy.SourceHash"/> and <see cref="BalancingPolicy.First"/>. 0s to 1h, default 0s: at once.
    /// </summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>Local addresses to listen on. Default (empty): every address, IPv4 and IPv6.</summary>
    public IReadOnlyList<System.Net.IPAddress> Bind { get; init; } = [];

    /// <summary>
    /// Of the TLS clients of its ports, the app takes those that ask for one of these server names: <c>www.example.com</c>, or <c>*.example.com</c> for every
    /// name that ends so. Apps that take different clients may share a port. Default (empty): those that no other app of the port takes. At most 10,000.
    /// </summary>
    public IReadOnlyList<string> ServerNames { get; init; } = [];

    /// <summary>
    /// And of these those that offer one of these protocols (ALPN), such as <c>h2</c>. Default (empty): whatever they offer. At most 32.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>Whether the app takes the clients of its ports that do not speak TLS, where those that do go by their server names. Default false.</summary>
    public bool PlainClients { get; init; }

    /// <summary>
    /// How clients ask for TLS before they begin with it, where the proxy has to see how they begin: because server names decide. Default
    /// <see cref="StartTlsProtocol.Off"/>: they do not ask.
    /// </summary>
    public StartTlsProtocol StartTls { get; init; }

    /// <summary>What its clients and targets speak. Default <see cref="AppProtocol.Tcp"/>: bytes are passed on as they come.</summary>
    public AppProtocol Protocol { get; init; }

    /// <summary>Where messages say how long they are. Needed with <see cref="AppProtocol.LengthPrefixed"/>, for that alone. Default (null): nowhere.</summary>
    public LengthPrefixConfig? LengthPrefix { get; init; }

    /// <summary>Where messages end, with <see cref="AppProtocol.Line"/>. Default (null): at a line feed.</summary>
    public LineConfig? Line { get; init; }

    /// <summary>
    /// How its requests go to targets, with any <see cref="Protocol"/> but <see cref="AppProtocol.Tcp"/>; what is not set comes from
    /// <see cref="ProxyConfig.Requests"/>.
    /// </summary>
    public RequestsConfig Requests { get; init; } = new();

    /// <summary>Replies that are kept, with <see cref="AppProtocol.Redis"/> and <see cref="AppProtocol.Memcached"/>. Default (null): none.</summary>
    public CacheConfig? Cache { get; init; }

    /// <summary>Who, of those whom <see cref="ProxyConfig.Sources"/> lets in, may connect to this app. Default: everybody.</summary>
    public SourcesConfig Sources { get; init; } = new();

    /// <summary>Where connections to its targets come from. Default (null): as the kernel chooses.</summary>
    public DialSourceConfig? Source { get; init; }

    /// <summary>
    /// Whether steering takes this app's ports from processes that have them bound without a warning. It takes them either way. Default false.
    /// </summary>
    public bool AllowTakeover { get; init; }

    /// <summary>
    /// A client that ends its side (FIN) without having said a byte has left: while it waits in the queue, or for a target's answer, its session ends at once.
    /// Default false, since it may wait for what a target says first. A client that resets has left in any case.
    /// </summary>
    public bool AbortOnClose { get; init; }

    /// <summary>Timeouts of this app; what is not set comes from <see cref="ProxyConfig.Timeouts"/>.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>How much of it may come in. Default: no limits.</summary>
    public AppLimitsConfig Limits { get; init; } = new();

    /// <summary>How this app's targets are watched; what is not set comes from <see cref="ProxyConfig.Health"/>.</summary>
    public HealthConfig Health { get; init; } = new();

    /// <summary>Balancers whose PROXY headers say who the client is. Default (null): nobody's header is read.</summary>
    public ProxyProtocolConfig? ProxyProtocol { get; init; }

    /// <summary>The PROXY header that targets get first. Default (null): none.</summary>
    public SendProxyProtocolConfig? SendProxyProtocol { get; init; }

    /// <summary>TLS from clients, which ends at the proxy. Default (null): what clients send is passed on as it comes.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>TLS to targets. Default (null): what targets send is passed on as it comes.</summary>
    public TargetTlsConfig? TargetTls { get; init; }

    /// <summary>The record of each of its sessions; what is not set comes from <see cref="ProxyConfig.AccessLog"/>.</summary>
    public AccessLogConfig AccessLog { get; init; } = new();
}
