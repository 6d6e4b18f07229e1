using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

/// <summary>A DNS server on loopback (UDP, RFC 1035) whose answers the test gives. What it knows nothing of does not exist (NXDOMAIN).</summary>
internal sealed class FakeNameServer : IDisposable
{
    private const int HeaderSize = 12;
    private const byte NoError = 0;
    private const byte ServerFailure = 2;
    private const byte NoSuchName = 3;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Dictionary<(string Name, QueryType Type), List<byte[]>> _records = [];
    private readonly HashSet<(string Name, QueryType Type)> _failing = [];

    public FakeNameServer()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Endpoint = new TcpEndpoint(IPAddress.Loopback, (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port);
        _ = ServeAsync();
    }

    public TcpEndpoint Endpoint { get; }

    /// <summary>The names that it was asked for, in order.</summary>
    public ConcurrentQueue<(string Name, QueryType Type)> Asked { get; } = [];

    /// <summary>Names of addresses alone, each once, in the order asked.</summary>
    public IEnumerable<string> AskedNames => Asked.Select(a => a.Name).Distinct();

    public FakeNameServer Has(string name, string address, int ttl = 60)
    {
        var parsed = IPAddress.Parse(address);
        return Has(name, parsed.AddressFamily == AddressFamily.InterNetwork ? QueryType.A : QueryType.AAAA, ttl, parsed.GetAddressBytes());
    }

    /// <summary>An alias and the address that it leads to, in one answer.</summary>
    public FakeNameServer HasAlias(string name, int aliasTtl, string canonical, string address, int ttl)
    {
        var records = _records[(name, QueryType.A)] = [];
        records.Add(Record(name, QueryType.CNAME, aliasTtl, Encode(canonical)));
        records.Add(Record(canonical, QueryType.A, ttl, IPAddress.Parse(address).GetAddressBytes()));
        return this;
    }

    public FakeNameServer HasService(string name, ushort priority, ushort weight, ushort port, string target, int ttl = 60)
    {
        var data = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(data, priority);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), weight);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), port);
        return Has(name, QueryType.SRV, ttl, [.. data, .. Encode(target)]);
    }

    public FakeNameServer Fails(string name, params QueryType[] types)
    {
        foreach (var type in types)
            _failing.Add((name, type));
        return this;
    }

    public void Dispose() => _socket.Dispose();

    private FakeNameServer Has(string name, QueryType type, int ttl, byte[] data)
    {
        if (!_records.TryGetValue((name, type), out var records))
            _records.Add((name, type), records = []);
        records.Add(Record(name, type, ttl, data));
        return this;
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await _socket.SendToAsync(Answer(buffer.AsSpan(0, received.ReceivedBytes)), received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> question)
    {
        var labels = new List<string>();
        var at = HeaderSize;
        for (; question[at] != 0; at += question[at] + 1)
            labels.Add(Encoding.ASCII.GetString(question.Slice(at + 1, question[at])));
        var asked = (Name: string.Join('.', labels) + ".", Type: (QueryType)BinaryPrimitives.ReadUInt16BigEndian(question[(at + 1)..]));
        Asked.Enqueue(asked);

        var records = _failing.Contains(asked) ? [] : _records.GetValueOrDefault(asked, []);
        var code = _failing.Contains(asked) ? ServerFailure : _records.Keys.Any(k => k.Name == asked.Name) || _failing.Any(f => f.Name == asked.Name) ? NoError : NoSuchName;
        // The same id, a response, recursion desired and available; one question, and the answers.
        byte[] header = [question[0], question[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0];
        return [.. header, .. question[HeaderSize..(at + 5)], .. records.SelectMany(r => r)];
    }

    private static byte[] Record(string name, QueryType type, int ttl, byte[] data)
    {
        var fields = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(2), (ushort)QueryClass.IN);
        BinaryPrimitives.WriteInt32BigEndian(fields.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(8), (ushort)data.Length);
        return [.. Encode(name), .. fields, .. data];
    }

    private static byte[] Encode(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
