using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary><c>SendProxyProtocol</c>, a version or an object.</summary>
public sealed class SendProxyProtocolTests
{
    [Theory]
    [InlineData("\"v1\"", "V1 ")]
    [InlineData("\"v2\"", "V2 ")]
    [InlineData("{}", "V2 ")]
    [InlineData("{\"Version\": \"v1\"}", "V1 ")]
    [InlineData("{\"Tlvs\": [\"crc32c\", \"client-certificate\"]}", "V2 Crc32C,ClientCertificate")]
    public void A_version_stands_for_an_object_with_nothing_more(string json, string expected)
    {
        var sent = ConfigText.ReadValid(Text(json)).Apps[0].SendProxyProtocol!;

        Assert.Equal(expected, $"{sent.Version} {string.Join(',', sent.Tlvs)}");
    }

    [Theory]
    [InlineData("\"v3\"", "expected \"v1\", \"v2\" or an object such as {\"Tlvs\": [\"authority\"]}, found \"v3\"")]
    [InlineData("{\"Version\": \"v1\", \"Tlvs\": [\"ssl\"]}", "Tlvs: a header of version 1 has no place for them")]
    [InlineData("{\"Tlvs\": [\"ssl\", \"alpn\", \"ssl\"]}", "Tlvs[2]: \"ssl\" is already given by Apps[0].SendProxyProtocol.Tlvs[0]")]
    [InlineData("{\"Tlvs\": [\"x\"]}", "Tlvs[0]: expected \"authority\", \"alpn\", \"ssl\", \"client-certificate\", \"unique-id\" or \"crc32c\", found \"x\"")]
    public void What_cannot_be_sent_is_an_error(string json, string problem) =>
        Assert.Contains(problem, Assert.Single(ConfigText.Read(Text(json)).Errors).ToString(), StringComparison.Ordinal);

    private static string Text(string json) =>
        $$"""{"Apps":[{"Name":"a","Ports":[5001],"Targets":["10.0.0.1:1"],"SendProxyProtocol":{{json}}}]}""";
}
