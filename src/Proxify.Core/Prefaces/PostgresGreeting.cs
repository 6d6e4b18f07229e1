using System.Buffers.Binary;
using System.Text;

namespace Proxify.Prefaces;

/// <summary>
/// How a PostgreSQL client comes to TLS (https://www.postgresql.org/docs/current/protocol-flow.html, SSL Session Encryption): it asks first, or from version 17
/// on begins at once where it has been told to. It may ask for GSSAPI before, once.
/// </summary>
internal struct PostgresGreeting
{
    /// <summary>Answers to requests for encryption.</summary>
    public const byte Yes = (byte)'S';
    public const byte No = (byte)'N';

    /// <summary>Of a request for encryption: its length and its code, four bytes each.</summary>
    public const int RequestSize = 8;

    private const int GssRequestCode = 80_877_104;
    private const byte Handshake = 22;

    private bool _hasAskedForTls;
    private bool _hasAskedForGss;

    /// <summary>SSLRequest.</summary>
    public static ReadOnlySpan<byte> TlsRequest => [0, 0, 0, RequestSize, 0x04, 0xd2, 0x16, 0x2f];

    /// <summary>ALPN that a client offers that begins without asking: without it anybody's ClientHello would do, whatever the protocol.</summary>
    public static ReadOnlySpan<byte> Protocol => "postgresql"u8;

    /// <param name="received">All that the client has sent since it was answered, or since it has connected.</param>
    public PostgresStep Read(ReadOnlySpan<byte> received)
    {
        if (received.IsEmpty)
            return PostgresStep.Incomplete;
        if (_hasAskedForTls)
            return received[0] == Handshake ? PostgresStep.BeginsTls : PostgresStep.Broken;
        if (received[0] == Handshake && !_hasAskedForGss)
            return PostgresStep.BeginsTls;

        ReadOnlySpan<byte> start = TlsRequest[..^1]; // that of GSSENCRequest, too
        if (received.Length < RequestSize)
            return start.StartsWith(received) ? PostgresStep.Incomplete : PostgresStep.Plain;
        if (BinaryPrimitives.ReadInt32BigEndian(received) != RequestSize)
            return PostgresStep.Plain;
        var isForTls = received.StartsWith(TlsRequest);
        var isForGss = BinaryPrimitives.ReadInt32BigEndian(received[sizeof(int)..]) == GssRequestCode && !_hasAskedForGss;
        if (!isForTls && !isForGss)
            return PostgresStep.Plain;
        if (received.Length > RequestSize)
            return PostgresStep.Broken;
        (_hasAskedForTls, _hasAskedForGss) = (isForTls, _hasAskedForGss || isForGss);
        return isForTls ? PostgresStep.AsksForTls : PostgresStep.AsksForGss;
    }

    /// <summary>What a server says to a client that it does not take (ErrorResponse, "28000": invalid authorization specification).</summary>
    public static byte[] Refusal(string message)
    {
        var fields = Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C28000\0M{message}\0\0");
        var response = new byte[1 + sizeof(int) + fields.Length];
        response[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(response.AsSpan(1), sizeof(int) + fields.Length);
        fields.CopyTo(response.AsSpan(1 + sizeof(int)));
        return response;
    }
}
