using Proxify.Transport.Tls;

namespace Proxify.Tests.Transport.Tls;

/// <summary>The other end of a <see cref="Tls13Transform"/>, which may send whatever a key can protect.</summary>
internal sealed class RecordPeer : IDisposable
{
    public static readonly Tls13Cipher Cipher = Tls13Cipher.Find(0x1301)!;

    private readonly TrafficKeys _sends;

    public RecordPeer(byte[] secret) => _sends = new TrafficKeys(Cipher, secret, encrypts: true, sequence: 0);

    public byte[] Record(byte type, params ReadOnlySpan<byte> content)
    {
        var wire = new byte[content.Length + TrafficKeys.Overhead];
        Assert.Equal(wire.Length, _sends.Encrypt(content, type, wire));
        return wire;
    }

    public byte[] Data(params ReadOnlySpan<byte> content) => Record(ContentType.ApplicationData, content);

    public byte[] Alert(byte level, byte description) => Record(ContentType.Alert, level, description);

    /// <summary>A KeyUpdate, after which the next key is used.</summary>
    public byte[] KeyUpdate(bool wantsAnother)
    {
        var wire = Record(ContentType.Handshake, 24, 0, 0, 1, wantsAnother ? (byte)1 : (byte)0);
        _sends.Update();
        return wire;
    }

    public void NextKey() => _sends.Update();

    public void Dispose() => _sends.Dispose();
}
