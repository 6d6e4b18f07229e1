using Proxify.Transport.Tls;

namespace Proxify.Tests.Transport.Tls;

public sealed class TrafficKeysTests
{
    /// <summary>RFC 8448, section 3: the client's application traffic secret, and the record with the first 50 numbers.</summary>
    [Fact]
    public void Record_of_the_rfc_is_made_and_opened()
    {
        var secret = Convert.FromHexString("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
        var expected = Convert.FromHexString(
            "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4");
        byte[] plain = [.. Enumerable.Range(0, 50).Select(i => (byte)i)];
        using var writes = new TrafficKeys(RecordPeer.Cipher, secret, encrypts: true, sequence: 0);
        using var reads = new TrafficKeys(RecordPeer.Cipher, secret, encrypts: false, sequence: 0);

        var wire = new byte[plain.Length + TrafficKeys.Overhead];
        writes.Encrypt(plain, ContentType.ApplicationData, wire);
        var inner = new byte[plain.Length + 1];

        Assert.Equal(expected, wire);
        Assert.True(reads.TryDecrypt(wire, inner));
        Assert.Equal([.. plain, ContentType.ApplicationData], inner);
    }
}
