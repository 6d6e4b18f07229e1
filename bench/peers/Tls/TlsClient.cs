using System.Net;
using System.Net.Sockets;

namespace Proxify.Peers;

/// <summary>A TLS connection to a contender that blocks: for one thread at a time.</summary>
sealed unsafe class TlsClient : IDisposable
{
    const int Patience = 30_000;

    // SSL_get_error(3): close_notify.
    const int ZeroReturn = 6;

    readonly Socket _socket;
    readonly nint _ssl;

    TlsClient(Socket socket, nint ssl)
    {
        _socket = socket;
        _ssl = ssl;
    }

    /// <summary>It was taken up again by a ticket.</summary>
    public bool IsResumed => OpenSsl.SSL_session_reused(_ssl) == 1;

    /// <param name="offer">The calling thread's.</param>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="session">What <see cref="TakeSession"/> gave; 0: a full handshake.</param>
    /// <exception cref="BenchException">It cannot.</exception>
    public static TlsClient Connect(TlsOffer offer, int port, nint session = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = Patience,
            ReceiveTimeout = Patience
        };
        var client = new TlsClient(socket, OpenSsl.SSL_new(offer.Context));
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            _ = OpenSsl.SSL_set_fd(client._ssl, (int)socket.Handle);
            _ = OpenSsl.SSL_ctrl(client._ssl, OpenSsl.SetServerName, 0, "localhost");
            if (session != 0)
                _ = OpenSsl.SSL_set_session(client._ssl, session);
            return OpenSsl.SSL_connect(client._ssl) == 1 ? client : throw new BenchException("a TLS handshake failed");
        }
        catch (SocketException wrong)
        {
            client.Dispose();
            throw new BenchException($"cannot connect: {wrong.Message}");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Reads to the peer's end, with the tickets that come before it.</summary>
    /// <exception cref="BenchException">The end came without close_notify, or nothing did.</exception>
    public void ReadToEnd()
    {
        var buffer = stackalloc byte[256];
        int read, total = 0;
        while ((read = OpenSsl.SSL_read(_ssl, buffer, 256)) > 0)
            total += read;
        if (OpenSsl.SSL_get_error(_ssl, read) != ZeroReturn || total == 0)
            throw new BenchException($"a TLS session was cut off after {total} bytes");
    }

    /// <exception cref="BenchException">The session ended.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            if (OpenSsl.SSL_write(_ssl, first, bytes.Length) != bytes.Length)
                throw new BenchException("a TLS session ended while it was held");
        }
    }

    /// <summary>Reads until the buffer is full.</summary>
    /// <exception cref="BenchException">The session ended.</exception>
    public void Receive(Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            for (var have = 0; have < buffer.Length;)
            {
                var read = OpenSsl.SSL_read(_ssl, first + have, buffer.Length - have);
                have += read > 0 ? read : throw new BenchException("a TLS session ended while it was held");
            }
        }
    }

    /// <summary>For a later connection; the caller frees it.</summary>
    public nint TakeSession() => OpenSsl.SSL_get1_session(_ssl);

    /// <summary>Says close_notify; does not wait for the peer's.</summary>
    public void End() => _ = OpenSsl.SSL_shutdown(_ssl);

    public void Dispose()
    {
        OpenSsl.SSL_free(_ssl);
        _socket.Dispose();
    }
}
