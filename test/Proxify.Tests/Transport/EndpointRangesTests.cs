using System.Net;
using Proxify.Transport;

namespace Proxify.Tests.Transport;

public sealed class EndpointRangesTests
{
    [Fact]
    public void Ports_in_a_row_are_one_range() =>
        Assert.Equal("[::]:80-82, [::]:90, 127.0.0.1:80", EndpointRanges.Text(
        [
            TcpEndpoint.EveryAddress(82), TcpEndpoint.EveryAddress(80), TcpEndpoint.EveryAddress(90), TcpEndpoint.EveryAddress(81),
            new TcpEndpoint(IPAddress.Loopback, 80),
        ]));

    [Fact]
    public void Of_many_ranges_the_first_are_shown_and_the_ports_of_the_rest_counted() =>
        Assert.Equal("2, 4, 6, 8, 10, 12, 14, 16 and 84 more", EndpointRanges.Text(Enumerable.Range(1, 92).Select(i => 2 * i)));

    [Fact]
    public void All_ports_are_one_range() => Assert.Equal("1-65535", EndpointRanges.Text(Enumerable.Range(1, 65535)));
}
