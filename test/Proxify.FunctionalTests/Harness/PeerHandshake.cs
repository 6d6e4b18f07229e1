using System.Net.Sockets;
using System.Runtime.InteropServices;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A peer's part in a TLS handshake, by OpenSSL, which knows nothing of what proxify makes of it.</summary>
internal sealed class PeerHandshake : IDisposable
{
    private readonly unsafe TlsSecrets* _secrets = (TlsSecrets*)NativeMemory.AllocZeroed((nuint)sizeof(TlsSecrets));
    private readonly bool _isServer;
    private nint _ssl;
    private byte[] _output = [];

    public unsafe PeerHandshake(TlsContext context)
    {
        _isServer = context.IsServer;
        OpenSsl.KeepSecrets(context.Handle);
        _ssl = OpenSsl.NewSession(context.Handle);
        OpenSsl.SetBio(_ssl, OpenSsl.NewBio());
        if (_isServer)
            OpenSsl.SetAcceptState(_ssl);
        else
            OpenSsl.SetConnectState(_ssl);
    }

    /// <summary>Bytes that it has sent.</summary>
    public long Sent { get; private set; }

    /// <summary>What has come behind it.</summary>
    public ReadOnlyMemory<byte> Rest { get; private set; }

    /// <summary>OpenSSL's.</summary>
    public nint Session => _ssl;

    /// <summary>The secrets of what each side sends, with TLS 1.3.</summary>
    public unsafe (byte[] Client, byte[] Server) Secrets => (_secrets->Client.ToArray(), _secrets->Server.ToArray());

    /// <param name="socket">Connected.</param>
    /// <param name="portion">It says what it has to say in pieces of so many bytes.</param>
    public async Task RunAsync(Socket socket, int portion = int.MaxValue)
    {
        var buffer = new byte[16 * 1024];
        var isDone = !_isServer && Step(default);
        while (true)
        {
            for (var rest = _output.AsMemory(); !rest.IsEmpty; rest = rest[Math.Min(portion, rest.Length)..])
                Sent += await socket.SendAsync(rest[..Math.Min(portion, rest.Length)]).Within();
            if (isDone)
                return;
            var received = await socket.ReceiveAsync(buffer).Within();
            Assert.True(received > 0, "FIN in the middle of the handshake");
            isDone = Step(buffer.AsMemory(0, received));
        }
    }

    /// <summary>OpenSSL's session, whose owner from now on is the caller.</summary>
    public nint TakeSession()
    {
        var ssl = _ssl;
        _ssl = 0;
        return ssl;
    }

    public unsafe void Dispose()
    {
        if (_ssl != 0)
            OpenSsl.FreeSession(_ssl);
        _ssl = 0;
        NativeMemory.Free(_secrets);
    }

    private unsafe bool Step(ReadOnlyMemory<byte> wire)
    {
        OpenSsl.ClearErrors();
        OpenSsl.TellSecretsTo(_secrets);
        var buffers = OpenSsl.Buffers;
        int result;
        fixed (byte* input = wire.Span)
        {
            buffers->Set(input, wire.Length, null, 0);
            result = OpenSsl.DoHandshake(_ssl);
        }

        OpenSsl.TellSecretsTo(null);
        Assert.True(result == 1 || OpenSsl.GetError(_ssl, result) == OpenSsl.ErrorWantRead, $"the handshake has failed: {OpenSsl.TakeError()}");
        _output = buffers->Spilled.ToArray();
        Rest = wire[^buffers->InputLeft..].ToArray();
        return result == 1;
    }
}
