namespace Proxify.Prefaces;

/// <summary>
/// Reads the header that a balancer sends before the client's bytes, of either version (doc/proxy-protocol.txt of HAProxy). Pure, and asked anew with all
/// that has come.
/// </summary>
internal static class ProxyHeaderParser
{
    /// <summary>
    /// The longest header that is taken. One of version 1 has 107 bytes at the most; one of version 2 hardly more, unless it brings a certificate.
    /// </summary>
    public const int MostBytes = 4096;

    /// <param name="received">From the connection's first byte on.</param>
    public static ProxyHeader Parse(ReadOnlySpan<byte> received)
    {
        if (Begins(received, ProxyLine.Signature))
            return received.Length < ProxyLine.Signature.Length ? default : ProxyLine.Parse(received);
        if (Begins(received, ProxyBinary.Signature))
            return received.Length < ProxyBinary.Signature.Length ? default : ProxyBinary.Parse(received);
        return new(ProxyHeaderStatus.Absent);
    }

    /// <summary>As far as they are there.</summary>
    private static bool Begins(ReadOnlySpan<byte> received, ReadOnlySpan<byte> signature) =>
        received.Length < signature.Length ? signature.StartsWith(received) : received.StartsWith(signature);
}
