using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Etcd;

/// <summary>A way to an etcd on which one watch is cut off in its midst, and that may be closed for a while.</summary>
internal sealed class WatchCutter : IDisposable
{
    private static readonly byte[] Watch = Encoding.ASCII.GetBytes("POST /v3/watch");

    private static readonly byte[] Beginning = Encoding.ASCII.GetBytes("{\"result\":");

    private readonly Lab _lab;
    private readonly int _etcd;
    private readonly Socket _listener;
    private readonly List<Socket> _open = [];
    private volatile bool _closed;
    private int _linesLeft = int.MaxValue;
    private int _matched; // of a line's beginning

    public WatchCutter(Lab lab, int etcd)
    {
        (_lab, _etcd) = (lab, etcd);
        _listener = NewSocket();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Ends what is open, and whatever comes, until it is opened.</summary>
    public void Close()
    {
        _closed = true;
        EndAll();
    }

    /// <summary>Lets all through again, but of the next watch only so many lines.</summary>
    public void Open(int lines)
    {
        _linesLeft = lines;
        _closed = false;
    }

    /// <summary>Whether the watch was cut.</summary>
    public bool HasCut { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        EndAll();
    }

    private void EndAll()
    {
        lock (_open)
        {
            _open.ForEach(static socket => socket.Dispose());
            _open.Clear();
        }
    }

    private Socket NewSocket() => _lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    private async Task AcceptAsync()
    {
        while (true)
        {
            var (client, etcd) = (await _listener.AcceptAsync(), NewSocket());
            lock (_open)
                _open.AddRange([client, etcd]);
            _ = PassAsync(client, etcd);
        }
    }

    private async Task PassAsync(Socket client, Socket etcd)
    {
        try
        {
            if (_closed)
                return;
            await etcd.ConnectAsync(IPAddress.Loopback, _etcd);
            var isWatch = false;
            var asking = CopyAsync(client, etcd, asked =>
            {
                isWatch |= asked.IndexOf(Watch) >= 0;
                return asked.Length;
            });
            await Task.WhenAny(asking, CopyAsync(etcd, client, said => isWatch ? Allowed(said) : said.Length));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            client.Dispose();
            etcd.Dispose();
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, Measure measure)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer)) > 0)
        {
            var allowed = measure(buffer.AsSpan(0, read));
            await to.SendAsync(buffer.AsMemory(0, allowed));
            if (allowed < read)
                return;
        }
    }

    /// <summary>How much of what etcd says may pass: up to the beginning of a line too many, each of which is an object.</summary>
    private int Allowed(ReadOnlySpan<byte> said)
    {
        for (var i = 0; i < said.Length && _linesLeft < int.MaxValue; i++)
        {
            _matched = said[i] == Beginning[_matched] ? _matched + 1 : said[i] == Beginning[0] ? 1 : 0;
            if (_matched < Beginning.Length)
                continue;
            _matched = 0;
            if (--_linesLeft >= 0)
                continue;
            _linesLeft = int.MaxValue;
            HasCut = true;
            return i;
        }

        return said.Length;
    }

    private delegate int Measure(ReadOnlySpan<byte> bytes);
}
