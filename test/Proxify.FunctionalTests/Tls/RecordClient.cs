using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Tls;

/// <summary>A client that does its handshake as anybody (by OpenSSL) and makes its records by itself then: good ones, bad ones, and any number.</summary>
internal sealed class RecordClient : IDisposable
{
    public const byte CloseNotify = 0;

    private const int HeaderSize = 5;
    private const byte NewSessionTicket = 4;

    private readonly RecordKeys _keys;

    private RecordClient(Socket socket, RecordKeys keys)
    {
        Socket = socket;
        _keys = keys;
    }

    public Socket Socket { get; }

    /// <param name="endpoint">The proxy's.</param>
    /// <param name="version">As <see cref="TestTls.Versions"/> have it.</param>
    /// <param name="portion">The handshake goes out in pieces of so many bytes.</param>
    public static async Task<RecordClient> ConnectAsync(IPEndPoint endpoint, string version, int portion = int.MaxValue)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint).Within();
        var context = TestTls.Of(isServer: false, TestTls.Number(version));
        if (version == TestTls.Tls12)
            Assert.True(OpenSsl.SetCiphers(context.Handle, "ECDHE-ECDSA-AES128-GCM-SHA256"));
        using var handshake = new PeerHandshake(context);
        await handshake.RunAsync(socket, portion);
        Assert.True(handshake.Rest.IsEmpty);
        return new RecordClient(socket, version == TestTls.Tls12
            ? new Tls12Keys(handshake.Session)
            : new Tls13Keys(Tls13Cipher.Find(OpenSsl.CipherId(handshake.Session))!, handshake.Secrets.Client, handshake.Secrets.Server));
    }

    public byte[] Record(byte type, params ReadOnlySpan<byte> content) => _keys.Seal(type, content);

    public byte[] Data(params ReadOnlySpan<byte> content) => Record(ContentType.ApplicationData, content);

    public byte[] Alert(byte level, byte description) => Record(ContentType.Alert, level, description);

    /// <summary>The end of what it says.</summary>
    public byte[] End() => Alert(1, CloseNotify);

    /// <summary>With TLS 1.3: a KeyUpdate, after which the next key is used.</summary>
    public byte[] KeyUpdate(bool wantsAnother)
    {
        var record = Record(ContentType.Handshake, 24, 0, 0, 1, wantsAnother ? (byte)1 : (byte)0);
        ((Tls13Keys)_keys).NextOfClient();
        return record;
    }

    /// <summary>Sends records, or pieces of them, in one segment where they fit.</summary>
    public async Task SendAsync(params byte[][] pieces)
    {
        for (ReadOnlyMemory<byte> rest = pieces.SelectMany(static piece => piece).ToArray(); !rest.IsEmpty;)
            rest = rest[await Socket.SendAsync(rest).Within()..];
    }

    /// <summary>False: the connection was reset.</summary>
    public async Task<bool> TrySendAsync(byte[] record)
    {
        try
        {
            await SendAsync(record);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The next record that is no ticket.</summary>
    public async Task<(byte Type, byte[] Content)> ReceiveAsync()
    {
        while (true)
        {
            var record = await ReceiveRecordAsync();
            var (type, content) = _keys.Open(record);
            if (type == ContentType.Handshake && content is [24, ..])
                ((Tls13Keys)_keys).NextOfServer();
            if (type != ContentType.Handshake || content[0] != NewSessionTicket)
                return (type, content);
        }
    }

    /// <summary>All data up to the end that TLS says, and FIN behind it.</summary>
    public async Task<int> ReceiveToEndAsync()
    {
        for (var received = 0; ;)
        {
            var (type, content) = await ReceiveAsync();
            if (type == ContentType.Alert)
            {
                Assert.Equal([1, CloseNotify], content);
                Assert.Equal(0, await Socket.ReceiveAsync(new byte[1]).Within());
                return received;
            }

            Assert.Equal(ContentType.ApplicationData, type);
            Payload.FromTarget.Check(received, content);
            received += content.Length;
        }
    }

    /// <summary>Is told why before the reset.</summary>
    public async Task ExpectAlertAndResetAsync(byte description)
    {
        var (type, content) = await ReceiveAsync();
        Assert.Equal((ContentType.Alert, (byte)2, description), (type, content[0], content[1]));
        var end = await Assert.ThrowsAsync<SocketException>(() => Socket.ReceiveAsync(new byte[1]).Within());
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
    }

    public void Dispose()
    {
        Socket.Dispose();
        _keys.Dispose();
    }

    private async Task<byte[]> ReceiveRecordAsync()
    {
        var header = await ReceiveExactlyAsync(HeaderSize);
        return [.. header, .. await ReceiveExactlyAsync(BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3)))];
    }

    private async Task<byte[]> ReceiveExactlyAsync(int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var n = await Socket.ReceiveAsync(bytes.AsMemory(received)).Within();
            Assert.True(n > 0, "FIN before TLS has ended");
            received += n;
        }

        return bytes;
    }
}
