using System.Net;
using System.Threading.Channels;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A transport with one listener whose connections run a test's script.</summary>
internal sealed class TransportHost : IAsyncDisposable
{
    private TransportHost(ITransport transport, ScriptedHandler handler, IListener listener)
    {
        Transport = transport;
        Handler = handler;
        Listener = listener;
    }

    public ITransport Transport { get; }

    public ScriptedHandler Handler { get; }

    public IListener Listener { get; }

    public IPEndPoint Endpoint => Listener.Endpoint.ToIPEndPoint();

    public static TransportHost Start(string transport, Func<Connection, ValueTask> script, TestClock? clock = null, IPAddress? address = null)
    {
        var created = EveryTransportAttribute.Find(transport).Create(clock?.TimeProvider ?? TimeProvider.System);
        var handler = new ScriptedHandler(script);
        return new TransportHost(created, handler, created.Listen(new TcpEndpoint(address ?? IPAddress.Loopback, 0), handler));
    }

    /// <summary>Starts with a script that ends with a value; the values come in the order in which scripts end.</summary>
    public static TransportHost Start<T>(string transport, Func<Connection, ValueTask<T>> script, out ChannelReader<T> results, TestClock? clock = null)
    {
        var channel = Channel.CreateUnbounded<T>();
        results = channel.Reader;
        return Start(transport, async connection => channel.Writer.TryWrite(await script(connection)), clock);
    }

    public Task<Peer> ConnectAsync(Payload? incoming = null, int? receiveBuffer = null) => Peer.ConnectAsync(Endpoint, incoming, receiveBuffer);

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Transport.DisposeAsync();
    }
}
