using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Proxify.Linux;

namespace Proxify.Transport.Tls;

/// <summary>
/// A TLS handshake without sockets: is told what has come, says what is to be sent, and ends in a <see cref="ConnectionTransform"/>. One thread at a time, but
/// any; not while it is disposed.
/// </summary>
internal sealed unsafe class TlsHandshake : IDisposable
{
    private readonly TlsContext _context;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly TlsSecrets* _secrets;
    private nint _ssl;
    private int _steps;

    /// <param name="context">What is offered and asked for.</param>
    /// <param name="peer">Of a client: whom to ask for, and for whom the certificate has to be where it is verified.</param>
    /// <exception cref="InvalidOperationException">OpenSSL has no memory left.</exception>
    public TlsHandshake(TlsContext context, TlsPeerName? peer = null)
    {
        _context = context;
        _ssl = OpenSsl.NewSession(context.Handle);
        var bio = _ssl == 0 ? 0 : OpenSsl.NewBio();
        if (bio == 0)
        {
            OpenSsl.FreeSession(_ssl);
            throw new InvalidOperationException("SSL_new failed: out of memory");
        }

        OpenSsl.SetBio(_ssl, bio);
        if (context.IsServer)
            OpenSsl.SetAcceptState(_ssl);
        else
            OpenSsl.SetConnectState(_ssl);
        if (peer is not null && !peer.IsAddress)
            OpenSsl.SetServerName(_ssl, peer.Name);
        if (peer is not null && context.VerifiesPeer)
            OpenSsl.ExpectName(_ssl, peer.Name, peer.IsAddress);
        OpenSsl.KeepSecrets(context.Handle);
        _secrets = (TlsSecrets*)NativeMemory.AllocZeroed((nuint)sizeof(TlsSecrets));
    }

    /// <summary>What the last step wants sent, whatever it has come to.</summary>
    public ReadOnlyMemory<byte> Output => _output.WrittenMemory;

    /// <summary>Why it has failed; null: it has not.</summary>
    public TlsFailure? Failure { get; private set; }

    /// <summary>What it has come to, once it is done; null before.</summary>
    public TlsInfo? Info { get; private set; }

    /// <summary>Nothing is to be said before the peer has spoken.</summary>
    public bool HearsFirst => _context.IsServer;

    /// <summary>The next step has to sign, or to verify signatures: a server's first, a client's second.</summary>
    public bool IsNextCostly => _steps == (_context.IsServer ? 0 : 1);

    /// <param name="wire">What has come since the last step; at first, of a client, nothing.</param>
    /// <param name="consumed">How much of it was part of the handshake.</param>
    public TlsStep Step(ReadOnlySpan<byte> wire, out int consumed)
    {
        _steps++;
        _output.ResetWrittenCount();
        OpenSsl.ClearErrors();
        OpenSsl.TellSecretsTo(_secrets);
        int result;
        fixed (byte* input = wire)
        {
            var buffers = OpenSsl.Buffers;
            buffers->Set(input, wire.Length, null, 0);
            result = OpenSsl.DoHandshake(_ssl);
            consumed = wire.Length - buffers->InputLeft;
            _output.Write(buffers->Spilled);
        }

        OpenSsl.TellSecretsTo(null);
        if (result == 1)
        {
            Info = ReadInfo();
            return TlsStep.Done;
        }

        if (OpenSsl.GetError(_ssl, result) == OpenSsl.ErrorWantRead)
            return TlsStep.NeedsMore;
        Failure = TlsFailure.Of(_ssl);
        return TlsStep.Failed;
    }

    /// <summary>After it is done and its output has been sent, once: what opens and seals from now on.</summary>
    public ConnectionTransform TakeTransform()
    {
        if (OpenSsl.Version(_ssl) == OpenSsl.Tls13 && Tls13Cipher.Find(OpenSsl.CipherId(_ssl)) is { } cipher
            && !_secrets->Client.IsEmpty && !_secrets->Server.IsEmpty)
        {
            return _context.IsServer
                ? new Tls13Transform(cipher, _secrets->Client, _secrets->Server, sent: TicketsSent(), isServer: true)
                : new Tls13Transform(cipher, _secrets->Server, _secrets->Client, sent: 0, isServer: false);
        }

        var ssl = _ssl;
        _ssl = 0;
        return new OpenSslTransform(ssl);
    }

    public void Dispose()
    {
        if (_ssl != 0)
            OpenSsl.FreeSession(_ssl);
        _ssl = 0;
        _secrets->Wipe();
        NativeMemory.Free(_secrets);
    }

    /// <summary>All that a server protects with its final keys in the handshake's last step are tickets; a client has yet to use its own.</summary>
    private int TicketsSent()
    {
        var count = 0;
        for (var rest = _output.WrittenSpan; rest.Length >= TrafficKeys.HeaderSize; rest = rest[(TrafficKeys.HeaderSize + ((rest[3] << 8) | rest[4]))..])
        {
            if (rest[0] == ContentType.ApplicationData)
                count++;
        }

        return count;
    }

    private TlsInfo ReadInfo()
    {
        var protocol = OpenSsl.SelectedProtocol(_ssl);
        var isResumed = OpenSsl.IsSessionReused(_ssl) == 1;
        return new TlsInfo(
            TlsWords.Known(OpenSsl.VersionName(_ssl)), TlsWords.Known(OpenSsl.CipherName(_ssl)), OpenSsl.ServerName(_ssl),
            protocol.IsEmpty ? null : TlsWords.Known(Encoding.Latin1.GetString(protocol)), isResumed,
            _context.IsServer ? PeerOf(_ssl) : null, _context.IsServer && !isResumed ? OwnOf(_ssl) : null);
    }

    private static OwnCertificate? OwnOf(nint ssl) => OpenSsl.OwnCertificate(ssl) is not 0 and var certificate
        ? new(TlsWords.Known(OpenSsl.SignatureAlgorithmOf(certificate)), TlsWords.Known(OpenSsl.KeyAlgorithmOf(certificate)))
        : null;

    private static PeerCertificate? PeerOf(nint ssl)
    {
        var certificate = OpenSsl.PeerCertificate(ssl);
        if (certificate == 0)
            return null;
        var peer = new PeerCertificate(
            OpenSsl.EncodeCertificate(certificate), OpenSsl.SubjectOf(certificate), OpenSsl.CommonNameOf(certificate), OpenSsl.VerifyResult(ssl) == 0);
        OpenSsl.FreeCertificate(certificate);
        return peer;
    }
}
