namespace Proxify.Prefaces;

/// <summary>
/// What a TLS client says of where it wants to go (RFC 8446, 4.1.2). With Encrypted Client Hello it is the outer one's, which names the server that is in front
/// of the wanted one.
/// </summary>
/// <param name="ServerName">
/// The host that it asks for (RFC 6066, 3) as <see cref="HostName"/> writes it. Null: it names none, or what cannot be a host's name, such as an address.
/// </param>
/// <param name="Protocols">
/// What it would speak, best first: a ProtocolNameList without its length (RFC 7301, 3.1), in which each name follows its own. Empty: it does not say.
/// </param>
/// <param name="HighestVersion">Of TLS, of those that it offers: 0x0304 is TLS 1.3.</param>
internal sealed record ClientHello(string? ServerName, ReadOnlyMemory<byte> Protocols, ushort HighestVersion)
{
    /// <summary>Whether it would speak a protocol.</summary>
    public bool Offers(ReadOnlySpan<byte> protocol)
    {
        for (var rest = Protocols.Span; !rest.IsEmpty; rest = rest[(1 + rest[0])..])
        {
            if (rest.Slice(1, rest[0]).SequenceEqual(protocol))
                return true;
        }

        return false;
    }
}
