using System.Net;
using Proxify.Transport;
using Proxify.Transport.Net;
using SocketAddress = Proxify.Linux.SocketAddress;

namespace Proxify.Tests.Transport.Net;

public sealed class SocketAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::1]:443")]
    [InlineData("[2001:db8::1234]:5001")]
    [InlineData("[fe80::1%7]:5001")]
    public void Endpoint_survives_the_way_through_sockaddr(string text)
    {
        var endpoint = new TcpEndpoint(IPEndPoint.Parse(text));

        Assert.Equal(endpoint, endpoint.ToSocketAddress().ToEndpoint());
    }

    [Fact]
    public void Sockaddr_has_the_bytes_that_the_framework_writes()
    {
        foreach (var text in new[] { "192.0.2.1:258", "[2001:db8::1:2]:258" })
        {
            var expected = IPEndPoint.Parse(text).Serialize();
            var address = new TcpEndpoint(IPEndPoint.Parse(text)).ToSocketAddress();

            Assert.Equal(expected.Buffer.Span[..expected.Size].ToArray(), Bytes(address)[..address.Length]);
        }
    }

    private static unsafe byte[] Bytes(SocketAddress address) => new Span<byte>(&address, sizeof(SocketAddress)).ToArray();
}
