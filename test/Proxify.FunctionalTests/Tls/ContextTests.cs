using Proxify.Configuration;
using static Proxify.FunctionalTests.Tls.TlsApp;

namespace Proxify.FunctionalTests.Tls;

/// <summary>What is agreed on with a client.</summary>
public sealed class ContextTests
{
    [Theory]
    [InlineData(TlsProfile.Intermediate, "-tls1_2", "TLSv1.2")]
    [InlineData(TlsProfile.Intermediate, "-tls1_3", "TLSv1.3")]
    [InlineData(TlsProfile.Modern, "-tls1_3", "TLSv1.3")]
    [InlineData(TlsProfile.Intermediate, "-tls1_1", null)]
    [InlineData(TlsProfile.Modern, "-tls1_2", null)]
    public async Task Profile_has_its_versions(TlsProfile profile, string version, string? agreed)
    {
        await using var server = new ContextServer(() => Of(Config with { Profile = profile }).Current);

        // Level 0 lets even s_client speak 1.1.
        var client = await OpenSslClient.ConnectAsync(server.Port, version, "-cipher", "ALL:@SECLEVEL=0");

        if (agreed is null)
            Assert.Contains("alert protocol version", client);
        else
            Assert.Equal(agreed, (await server.DoneAsync()).Version);
    }

    [Theory]
    [InlineData("-tls1_2", "AES128-GCM-SHA256")]
    [InlineData("-tls1_2", "ECDHE-ECDSA-AES128-SHA256")]
    public async Task Profile_has_no_cipher_without_forward_secrecy_or_authenticated_encryption(string version, string cipher)
    {
        await using var server = new ContextServer(() => Of(Config with { Certificates = [Certificate(Certs.Server), Certificate(Certs.RsaServer)] }).Current);

        Assert.Contains("alert handshake failure", await OpenSslClient.ConnectAsync(server.Port, version, "-cipher", cipher));
    }

    [Fact]
    public async Task Client_chooses_among_the_ciphers()
    {
        await using var server = new ContextServer(() => Of(Config).Current);

        foreach (var cipher in new[] { "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384" })
        {
            await OpenSslClient.ConnectAsync(server.Port, "-tls1_3", "-ciphersuites", $"{cipher}:TLS_AES_128_GCM_SHA256");
            Assert.Equal(cipher, (await server.DoneAsync()).Cipher);
        }
    }

    [Fact]
    public async Task What_is_written_out_replaces_the_profile_s()
    {
        var tls = Of(Config with
        {
            MaxVersion = TlsVersion.Tls12,
            Ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384",
            Curves = "P-384:P-256",
        });
        await using var server = new ContextServer(() => tls.Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, "-curves", "X25519:P-384:P-256");

        var info = await server.DoneAsync();
        Assert.Equal(("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"), (info.Version, info.Cipher));
        Assert.Contains("Server Temp Key: ECDH, secp384r1", client);
    }

    [Fact]
    public async Task DHE_has_a_group_that_fits_to_the_key()
    {
        await using var server = new ContextServer(() => Of(Config with { Certificates = [Certificate(Certs.RsaServer)] }).Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256");

        Assert.Contains("Server Temp Key: DH, 2048 bits", client);
    }

    [Theory]
    [InlineData("http/1.1,h2", "h2")] // ours decide
    [InlineData("http/1.1", "http/1.1")]
    [InlineData("spdy", null)]
    [InlineData("h2c", null)]
    public async Task Protocol_is_the_first_of_ours_that_the_client_has_or_the_client_is_refused(string offer, string? agreed)
    {
        await using var server = new ContextServer(() => Of(Config with { Alpn = ["h2", "http/1.1"] }).Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, "-alpn", offer);

        if (agreed is null)
        {
            Assert.Contains("alert no application protocol", client);
            await server.FailedAsync();
        }
        else
        {
            Assert.Equal(agreed, (await server.DoneAsync()).Protocol);
        }
    }

    [Fact]
    public async Task Client_without_protocols_and_app_without_protocols_agree_on_none()
    {
        await using var server = new ContextServer(() => Of(Config with { Alpn = ["h2"] }).Current);
        await using var plain = new ContextServer(() => Of(Config).Current);

        await OpenSslClient.ConnectAsync(server.Port);
        await OpenSslClient.ConnectAsync(plain.Port, "-alpn", "h2");

        Assert.Null((await server.DoneAsync()).Protocol);
        Assert.Null((await plain.DoneAsync()).Protocol);
    }
}
