using System.Net;
using CsCheck;
using Proxify.Transport;

namespace Proxify.Tests.Transport;

public sealed class TcpEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80", true, true, false)]
    [InlineData("[::ffff:10.1.2.3]:443", "10.1.2.3:443", true, false, false)]
    [InlineData("[::1]:65535", "[::1]:65535", false, true, false)]
    [InlineData("[2001:db8::5]:1", "[2001:db8::5]:1", false, false, false)]
    [InlineData("0.0.0.0:5", "0.0.0.0:5", true, false, true)]
    [InlineData("[::]:5", "[::]:5", false, false, true)]
    public void Endpoint_of_an_IPEndPoint_keeps_what_it_is(string given, string written, bool isIPv4, bool isLoopback, bool isAny)
    {
        var endpoint = new TcpEndpoint(IPEndPoint.Parse(given));

        Assert.Equal(written, endpoint.ToString());
        Assert.Equal((isIPv4, isLoopback, isAny), (endpoint.IsIPv4, endpoint.IsLoopback, endpoint.IsAny));
    }

    [Fact]
    public void Endpoint_of_a_mapped_address_equals_the_plain_one()
    {
        var mapped = new TcpEndpoint(IPAddress.Parse("::ffff:192.0.2.7"), 9);

        Assert.Equal(new TcpEndpoint(IPAddress.Parse("192.0.2.7"), 9), mapped);
        Assert.Equal(mapped, TcpEndpoint.FromIPv4(0xC0000207, 9));
    }

    [Theory]
    [InlineData("fe80::1%3", "fe80::1%4", false)]
    [InlineData("fe80::1%3", "fe80::1", false)]
    [InlineData("febf::1%3", "febf::1%3", true)]
    [InlineData("fec0::1%3", "fec0::1", true)]
    [InlineData("2001:db8::1%3", "2001:db8::1", true)]
    [InlineData("::1%1", "::1", true)]
    public void Endpoints_differ_by_the_zone_where_the_kernel_looks_at_it(string one, string other, bool areEqual) =>
        Assert.Equal(areEqual, new TcpEndpoint(IPAddress.Parse(one), 80) == new TcpEndpoint(IPAddress.Parse(other), 80));

    [Fact]
    public void Endpoint_to_IPEndPoint_and_back_is_the_same()
    {
        Gen.Select(Gen.Byte.Array[16], Gen.UShort).Sample((bytes, port) =>
        {
            var endpoint = new TcpEndpoint(new IPAddress(bytes), port);
            return new TcpEndpoint(endpoint.ToIPEndPoint()) == endpoint;
        });
    }
}
