using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

/// <summary>A DNS server on loopback (UDP, RFC 1035) whose answers the test gives. What it knows nothing of does not exist (NXDOMAIN).</summary>
internal sealed class FakeNameServer : IDisposable
{
    private const int HeaderSize = 12;
    private const byte NoError = 0;
    private const byte ServerFailure = 2;
    private const byte NoSuchName = 3;

    private const byte Truncated = 0x02;
    private const ushort Internet = 1;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Dictionary<(string Name, DnsType Type), List<byte[]>> _records = [];
    private readonly HashSet<(string Name, DnsType Type)> _failing = [];

    public FakeNameServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _socket.Bind(_listener.LocalEndPoint!);
        Endpoint = new TcpEndpoint((IPEndPoint)_listener.LocalEndPoint!);
        _ = ServeAsync();
        _ = ServeTcpAsync();
    }

    public TcpEndpoint Endpoint { get; }

    /// <summary>It takes questions and answers none.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Its answers fit into no datagram.</summary>
    public bool Truncates { get; set; }

    /// <summary>What it sends for an answer, made of the right one.</summary>
    public Func<byte[], IEnumerable<byte[]>> Sends { get; set; } = static answer => [answer];

    /// <summary>The names that it was asked for, in order.</summary>
    public ConcurrentQueue<(string Name, DnsType Type)> Asked { get; } = [];

    /// <summary>Names of addresses alone, each once, in the order asked.</summary>
    public IEnumerable<string> AskedNames => Asked.Select(a => a.Name).Distinct();

    public async Task WaitForQuestionsAsync(int count)
    {
        for (var waits = 0; Asked.Count < count; waits++)
        {
            Assert.True(waits < 6_000, $"{Asked.Count} questions of {count}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public FakeNameServer Has(string name, string address, int ttl = 60)
    {
        var parsed = IPAddress.Parse(address);
        return Has(name, parsed.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, ttl, parsed.GetAddressBytes());
    }

    /// <summary>An alias and the address that it leads to, in one answer.</summary>
    public FakeNameServer HasAlias(string name, int aliasTtl, string canonical, string address, int ttl)
    {
        var records = _records[(name, DnsType.A)] = [];
        records.Add(Record(name, DnsType.Cname, aliasTtl, Encode(canonical)));
        records.Add(Record(canonical, DnsType.A, ttl, IPAddress.Parse(address).GetAddressBytes()));
        return this;
    }

    /// <summary>A record that comes with the answer for another name.</summary>
    public FakeNameServer HasBeside(string name, DnsType type, string owner, string data)
    {
        if (!_records.TryGetValue((name, type), out var records))
            _records.Add((name, type), records = []);
        records.Add(IPAddress.TryParse(data, out var address)
            ? Record(owner, type, 60, address.GetAddressBytes())
            : Record(owner, DnsType.Cname, 60, Encode(data)));
        return this;
    }

    public FakeNameServer HasService(string name, ushort priority, ushort weight, ushort port, string target, int ttl = 60)
    {
        var data = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(data, priority);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), weight);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), port);
        return Has(name, DnsType.Srv, ttl, [.. data, .. Encode(target)]);
    }

    public FakeNameServer Fails(string name, params DnsType[] types)
    {
        foreach (var type in types)
            _failing.Add((name, type));
        return this;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _listener.Dispose();
    }

    private FakeNameServer Has(string name, DnsType type, int ttl, byte[] data)
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
                var answer = Answer(buffer.AsSpan(0, received.ReceivedBytes));
                if (Truncates)
                    answer = Truncate(answer);
                foreach (var message in IsSilent ? [] : Sends(answer))
                    await _socket.SendToAsync(message, received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync();
                await using var stream = new NetworkStream(client);
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question);
                var answer = Answer(question);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The end of the test.
        }
    }

    /// <summary>The header and the question, and a broken record.</summary>
    private static byte[] Truncate(byte[] answer)
    {
        var end = Array.IndexOf(answer, (byte)0, HeaderSize) + 7;
        answer[2] |= Truncated;
        return answer[..Math.Min(end, answer.Length)]; // one without records is not longer
    }

    private byte[] Answer(ReadOnlySpan<byte> question)
    {
        var labels = new List<string>();
        var at = HeaderSize;
        for (; question[at] != 0; at += question[at] + 1)
            labels.Add(Encoding.ASCII.GetString(question.Slice(at + 1, question[at])));
        var asked = (Name: string.Join('.', labels) + ".", Type: (DnsType)BinaryPrimitives.ReadUInt16BigEndian(question[(at + 1)..]));
        Asked.Enqueue(asked);

        var records = _failing.Contains(asked) ? [] : _records.GetValueOrDefault(asked, []);
        var code = _failing.Contains(asked) ? ServerFailure : _records.Keys.Any(k => k.Name == asked.Name) || _failing.Any(f => f.Name == asked.Name)
            ? NoError
            : NoSuchName;
        // The same id, a response, recursion desired and available; one question, and the answers.
        byte[] header = [question[0], question[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0];
        return [.. header, .. question[HeaderSize..(at + 5)], .. records.SelectMany(r => r)];
    }

    private static byte[] Record(string name, DnsType type, int ttl, byte[] data)
    {
        var fields = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(2), Internet);
        BinaryPrimitives.WriteInt32BigEndian(fields.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(8), (ushort)data.Length);
        return [.. Encode(name), .. fields, .. data];
    }

    private static byte[] Encode(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
