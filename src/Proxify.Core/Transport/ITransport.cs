namespace Proxify.Transport;

/// <summary>
/// How connections are accepted, dialled and relayed. A transport moves bytes between endpoints and knows nothing of apps, targets or config.
/// Disposing it stops accepting, aborts what still runs, dialled connections included, and waits until every handler has returned, for 10 s at the most.
/// </summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>As in <c>--transport</c>: <c>sockets</c>, …</summary>
    string Name { get; }

    /// <summary>Threads of its own. Default: none.</summary>
    int Workers => 0;

    /// <summary>What this machine keeps it from doing as it would: a phrase each, for people. Empty where all is well.</summary>
    IReadOnlyList<string> Limitations => [];

    /// <summary>
    /// Bytes that relays may hold, all together, for peers that are slow to take them. Then receiving slows down, for everyone and only as far as it must;
    /// nothing is lost. Each transport says what may come on top. May be changed at any time. Default: no limit.
    /// </summary>
    long BufferLimit { get; set; }

    /// <summary>Bytes that relays hold now.</summary>
    long BufferBytes { get; }

    /// <summary>
    /// Binds a socket, so that nobody else can have the endpoint, and hands every connection that is accepted from <see cref="IListener.Listen"/> on to
    /// <paramref name="handler"/>. Connections come with TCP_NODELAY and keepalive on. Accept errors are dealt with inside (see
    /// <see cref="IConnectionHandler.OnAcceptError"/>).
    /// </summary>
    /// <param name="endpoint">The IPv6 wildcard takes IPv4 too. Port 0 lets the kernel choose.</param>
    /// <param name="handler">Takes the connections.</param>
    /// <param name="besideOurs">
    /// Bind it although a listener of this transport has the same port on overlapping addresses (SO_REUSEPORT, socket(7)). False (default): every overlap is an
    /// error, as another process's would be.
    /// </param>
    /// <exception cref="ListenException">The endpoint cannot be bound.</exception>
    IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false);

    /// <summary>Whether connections and listeners can be handed from a process to another, by <see cref="Adopt"/> and <see cref="Inherit"/>.</summary>
    bool CanHandOver => false;

    /// <summary>As <see cref="Bind"/>, with sockets that listen already, as <see cref="IListener.Descriptors"/> has given them in another process.</summary>
    IListener Inherit(TcpEndpoint endpoint, ReadOnlySpan<int> descriptors, IConnectionHandler handler) => throw new NotSupportedException();

    /// <summary>Hands a connection to a handler that another process has had until now.</summary>
    void Adopt(in ConnectionState state, IConnectionHandler handler) => throw new NotSupportedException();
}
