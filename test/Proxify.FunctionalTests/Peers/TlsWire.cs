using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Proxify.Pki;

namespace Proxify.Peers;

/// <summary>A peer's bytes in TLS, by SslStream.</summary>
internal sealed class TlsWire : PeerWire
{
    private readonly RecordTap _tap;
    private readonly SslStream _stream;
    private Task? _sending;
    private int _sendingLength;

    private TlsWire(Socket socket)
        : base(socket)
    {
        _tap = new RecordTap(new NetworkStream(socket));
        _stream = new SslStream(_tap);
    }

    public SslStream Stream => _stream;

    public override bool HasEndedInOrder => _tap.LastWasAlert;

    /// <summary>A client that takes any certificate.</summary>
    public static async Task<TlsWire> ConnectAsync(Socket socket, SslProtocols version, TestCertificate? certificate = null)
    {
        var wire = new TlsWire(socket);
        await wire._stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
            ClientCertificateContext = certificate?.Context,
        }).Within();
        return wire;
    }

    public static async Task<TlsWire> AcceptAsync(Socket socket, SslProtocols version)
    {
        var wire = new TlsWire(socket);
        await wire._stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = TestPki.Shared.Server.Context,
            EnabledSslProtocols = version,
        }).Within();
        return wire;
    }

    public override async Task<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_sending is null)
        {
            await _stream.WriteAsync(bytes);
            return bytes.Length;
        }

        await _sending;
        _sending = null;
        return _sendingLength;
    }

    public override int TrySend(ReadOnlyMemory<byte> bytes, out SocketError error)
    {
        error = SocketError.Success;
        if (_sending is null)
            (_sending, _sendingLength) = (_stream.WriteAsync(bytes).AsTask(), bytes.Length);
        if (!_sending.IsCompleted)
            return 0;
        if (_sending.Exception?.GetBaseException() is SocketException e)
            error = e.SocketErrorCode;
        _sending = null;
        return error == SocketError.Success ? _sendingLength : 0;
    }

    public override async Task<int> ReceiveAsync(Memory<byte> buffer)
    {
        var n = await _stream.ReadAsync(buffer);
        // The kernel reports a RST once: here to what still waits to be sent.
        if (n == 0 && !HasEndedInOrder && _sending is not null)
            await _sending;
        return n;
    }

    public override void Fin()
    {
        _stream.ShutdownAsync().Wait(Patience.Limit);
        base.Fin();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing); // first, so that nothing more is said
        _stream.Dispose();
        _tap.Dispose();
    }
}
