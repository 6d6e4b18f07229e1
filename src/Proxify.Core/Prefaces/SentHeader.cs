using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>The PROXY header that an app's targets get first.</summary>
/// <param name="IsBinary">Version 2; otherwise version 1.</param>
/// <param name="Tlvs">Of version 2.</param>
internal sealed record SentHeader(bool IsBinary, SentTlvs Tlvs = SentTlvs.None)
{
    /// <summary>No header is longer. (One with fields may be as long as ours and nginx take one.)</summary>
    public int MostBytes => Tlvs == SentTlvs.None ? ProxyLine.MostBytes : ProxyHeaderParser.MostBytes;

    public bool HasChecksum => Tlvs.HasFlag(SentTlvs.Crc32C);

    /// <summary>
    /// Of a connection on which the proxy speaks for itself: <c>LOCAL</c>. Version 1 has no such word that everybody takes, so it names the connection's own
    /// two ends, as the specification asks for.
    /// </summary>
    /// <param name="to">Of <see cref="ProxyLine.MostBytes"/> at least.</param>
    /// <param name="local">Our end.</param>
    /// <param name="remote">The target's.</param>
    /// <returns>Bytes written.</returns>
    public int WriteOwn(Span<byte> to, TcpEndpoint local, TcpEndpoint remote) =>
        IsBinary ? ProxyBinaryWriter.Local(to).End(HasChecksum) : ProxyLine.Write(to, local, remote);
}
