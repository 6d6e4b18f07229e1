using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Tls;

/// <summary>Of a client with TLS 1.3.</summary>
internal sealed class Tls13Keys(Tls13Cipher cipher, byte[] clientSecret, byte[] serverSecret) : RecordKeys
{
    private readonly TrafficKeys _sends = new(cipher, clientSecret, encrypts: true, sequence: 0);
    private readonly TrafficKeys _receives = new(cipher, serverSecret, encrypts: false, sequence: 0);

    public override byte[] Seal(byte type, ReadOnlySpan<byte> content)
    {
        var record = new byte[content.Length + TrafficKeys.Overhead];
        _sends.Encrypt(content, type, record);
        return record;
    }

    public override (byte Type, byte[] Content) Open(ReadOnlySpan<byte> record)
    {
        var inner = new byte[record.Length - TrafficKeys.Overhead + 1];
        Assert.True(_receives.TryDecrypt(record, inner));
        return (inner[^1], inner[..^1]);
    }

    /// <summary>What is sent from now on is under the next key.</summary>
    public void NextOfClient() => _sends.Update();

    /// <summary>What is received likewise.</summary>
    public void NextOfServer() => _receives.Update();

    public override void Dispose()
    {
        _sends.Dispose();
        _receives.Dispose();
    }
}
