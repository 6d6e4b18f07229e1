using System.Buffers;
using System.Security.Cryptography;

namespace Proxify.Linux;

/// <summary>What a TLS 1.3 session's application data are protected with, both ways. Lies in memory that nobody moves, and is wiped.</summary>
public unsafe struct TlsSecrets
{
    /// <summary>Of SHA-384.</summary>
    private const int Longest = 48;

    private fixed byte _client[Longest];
    private fixed byte _server[Longest];
    private int _clientLength;
    private int _serverLength;

    /// <summary>Protects what the client sends; empty: not told yet.</summary>
    public ReadOnlySpan<byte> Client
    {
        get
        {
            fixed (byte* start = _client)
                return new ReadOnlySpan<byte>(start, _clientLength);
        }
    }

    /// <summary>Protects what the server sends; empty: not told yet.</summary>
    public ReadOnlySpan<byte> Server
    {
        get
        {
            fixed (byte* start = _server)
                return new ReadOnlySpan<byte>(start, _serverLength);
        }
    }

    public void Wipe()
    {
        fixed (TlsSecrets* all = &this)
            CryptographicOperations.ZeroMemory(new Span<byte>(all, sizeof(TlsSecrets)));
    }

    internal void SetClient(ReadOnlySpan<byte> hex)
    {
        fixed (byte* start = _client)
            _clientLength = Decode(hex, start);
    }

    internal void SetServer(ReadOnlySpan<byte> hex)
    {
        fixed (byte* start = _server)
            _serverLength = Decode(hex, start);
    }

    private static int Decode(ReadOnlySpan<byte> hex, byte* to) =>
        Convert.FromHexString(hex, new Span<byte>(to, Longest), out _, out var length) == OperationStatus.Done ? length : 0;
}
