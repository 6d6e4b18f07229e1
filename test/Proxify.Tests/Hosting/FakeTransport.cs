using System.Net.Sockets;
using System.Runtime.InteropServices;
using Proxify.Transport;

namespace Proxify.Tests.Hosting;

/// <summary>Listeners that only remember what was done to them.</summary>
internal sealed class FakeTransport : ITransport
{
    public string Name => "fake";

    public long BufferLimit { get; set; }

    public long BufferBytes => 0;

    /// <summary>Endpoints that other processes have bound.</summary>
    public HashSet<TcpEndpoint> Taken { get; } = [];

    /// <summary>Endpoints that another process has bound as well, and listens on first.</summary>
    public HashSet<TcpEndpoint> TakenLater { get; } = [];

    /// <summary>Bound now.</summary>
    public List<TcpEndpoint> Bound { get; } = [];

    /// <summary>What was bound, listened on and closed, in this order.</summary>
    public List<string> History { get; } = [];

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        if (Taken.Contains(endpoint) || (!besideOurs && Bound.Exists(b => b.Port == endpoint.Port)))
            throw new ListenException(endpoint, SocketError.AddressAlreadyInUse);
        Bound.Add(endpoint);
        History.Add($"bind {endpoint}");
        return new Listener(this, endpoint);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Listener(FakeTransport transport, TcpEndpoint endpoint) : IListener
    {
        public TcpEndpoint Endpoint => endpoint;

        public SafeHandle Handle => throw new NotSupportedException();

        public void Listen()
        {
            if (transport.TakenLater.Contains(endpoint))
                throw new ListenException(endpoint, SocketError.AddressAlreadyInUse);
            transport.History.Add($"listen {endpoint}");
        }

        public ValueTask DisposeAsync()
        {
            transport.Bound.Remove(endpoint);
            transport.History.Add($"close {endpoint}");
            return ValueTask.CompletedTask;
        }
    }
}
