using System.Security.Cryptography;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>
/// What tickets are sealed with: a name that finds it again, a key for their cipher and one for their MAC. Derived from a secret for one app and one set of
/// rules about its clients: what was sealed under other rules cannot be opened.
/// </summary>
#pragma warning disable CA1001 // Handshakes on other threads may be using it: it goes with the last of them.
internal sealed unsafe class TicketKey
#pragma warning restore CA1001
{
    private readonly Secret _keys = new(2 * OpenSsl.TicketKeySize);
    private readonly byte[] _name = new byte[OpenSsl.TicketNameSize];

    /// <param name="secret">A file's, or a random one.</param>
    /// <param name="purpose">Of the app and the rules.</param>
    public TicketKey(Secret secret, ReadOnlySpan<byte> purpose)
    {
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret.Bytes, _keys.Bytes, "keys"u8, purpose);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret.Bytes, _name, "name"u8, purpose);
        GC.KeepAlive(secret);
    }

    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Readies a ticket's cipher and MAC.</summary>
    public bool Begin(nint cipher, nint mac, bool seals, byte* iv)
    {
        var done = OpenSsl.BeginTicket(cipher, mac, seals, _keys.Pointer, _keys.Pointer + OpenSsl.TicketKeySize, iv);
        GC.KeepAlive(_keys);
        return done;
    }
}
