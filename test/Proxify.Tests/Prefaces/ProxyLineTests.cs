using CsCheck;
using Proxify.Prefaces;
using static Proxify.Tests.Prefaces.ProxyHeaders;

namespace Proxify.Tests.Prefaces;

public sealed class ProxyLineTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET /", "192.168.0.1:56324", "192.168.0.11:443")]
    [InlineData("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "255.255.255.255:65535", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:2 1 2\r\n", "[2001:db8::1]:1", "[2001:db8::2]:2")]
    [InlineData("PROXY TCP6 ::ffff:10.0.0.1 ::ffff:a00:2 1 2\r\n", "10.0.0.1:1", "10.0.0.2:2")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535\r\n",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe]:65535")]
    public void Line_says_who_the_client_is(string text, string source, string destination)
    {
        var header = ProxyHeaderParser.Parse(Line(text));

        Assert.Equal(ProxyHeaderStatus.Complete, header.Status);
        Assert.Equal(text.IndexOf('\n') + 1, header.Length);
        Assert.Equal((source, destination), ($"{header.Addresses?.Source}", $"{header.Addresses?.Destination}"));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")]
    [InlineData("PROXY UNKNOWN \n\r \0 anything\r\n")]
    public void Line_of_an_unknown_client_says_nothing_whatever_it_says(string text) =>
        Assert.Equal(new(ProxyHeaderStatus.Complete, text.Length), ProxyHeaderParser.Parse([.. Line(text), .. "\r\n"u8]));

    [Theory]
    [InlineData("TCP5 1.2.3.4 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData("tcp4 1.2.3.4 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData("UNKNOWNS", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData("", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData("TCP4", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData(" TCP4 1.2.3.4 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 1", nameof(ProxyHeaderStatus.WrongFields))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 1 2 ", nameof(ProxyHeaderStatus.WrongFields))]
    [InlineData("TCP4  1.2.3.4 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongFields))]
    [InlineData("TCP4\t1.2.3.4 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongProtocol))]
    [InlineData("TCP4 1.2.3 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP4 1.2.3.4.5 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP4 1.2.3.256 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP4 1.2.3.04 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP4 1.2.3. 1.2.3.4 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP4 1.2.3.4 ::1 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP6 1.2.3.4 ::1 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP6 ::1 ::1%1 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP6 ::1 [::1] 1 2", nameof(ProxyHeaderStatus.WrongAddress))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 01 2", nameof(ProxyHeaderStatus.WrongPort))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 1 65536", nameof(ProxyHeaderStatus.WrongPort))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 1 -2", nameof(ProxyHeaderStatus.WrongPort))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 1 2\n", nameof(ProxyHeaderStatus.WrongPort))]
    [InlineData("TCP4 1.2.3.4 1.2.3.4 1 2\r", nameof(ProxyHeaderStatus.WrongPort))]
    public void Anything_else_is_told_as_what_it_is(string line, string status) =>
        Assert.Equal(new(Enum.Parse<ProxyHeaderStatus>(status)), ProxyHeaderParser.Parse(Line($"PROXY {line}\r\n")));

    [Fact]
    public void Line_ends_within_107_bytes_or_is_none()
    {
        var longest = $"PROXY UNKNOWN {new string('x', ProxyLine.MostBytes - 16)}\r\n";

        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeaderParser.Parse(Line(longest)).Status);
        Assert.Equal(ProxyHeaderStatus.LineTooLong, ProxyHeaderParser.Parse(Line(longest.Insert(20, "x"))).Status);
        Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeaderParser.Parse(Line(longest).AsSpan()[..^1]).Status);
    }

    [Theory]
    [InlineData("::", true)]
    [InlineData("1::", true)]
    [InlineData("::1", true)]
    [InlineData("1:2:3:4:5:6:7::", true)]
    [InlineData("::2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:7.8.9.10", true)]
    [InlineData("1::7.8.9.10", true)]
    [InlineData("", false)]
    [InlineData(":", false)]
    [InlineData(":::", false)]
    [InlineData("1:2:3:4:5:6:7", false)]
    [InlineData("1:2:3:4:5:6:7:8:9", false)]
    [InlineData("1:2:3:4:5:6:7:8::", false)]
    [InlineData("1::2::3", false)]
    [InlineData(":1::2", false)]
    [InlineData("1::2:", false)]
    [InlineData("1:2:3:4:5:6:7:", false)]
    [InlineData("12345::", false)]
    [InlineData("g::", false)]
    [InlineData("+1::", false)]
    [InlineData("1.2.3.4::", false)]
    [InlineData("::1.2.3.4:5", false)]
    [InlineData("1:2:3:4:5:6:7:8.9.10.11", false)]
    [InlineData("::1.2.3", false)]
    public void IPv6_is_eight_groups_or_fewer_around_a_gap(string text, bool isAddress) =>
        Assert.Equal(isAddress, AddressText.TryRead(Line(text), isIPv4: false, out _));

    [Fact]
    public void What_others_write_is_read() => Ends.Sample(ends =>
    {
        var family = ends.Source.IsIPv4 ? "TCP4" : "TCP6";
        var text = $"PROXY {family} {ends.Source.ToIPAddress()} {ends.Destination.ToIPAddress()} {ends.Source.Port} {ends.Destination.Port}\r\n";

        Assert.Equal(ends, ProxyHeaderParser.Parse(Line(text)).Addresses);
    });

    [Fact]
    public void What_is_written_is_read_and_fits() => Ends.Sample(ends =>
    {
        var line = Line(ends.Source, ends.Destination);

        Assert.Equal(new(ProxyHeaderStatus.Complete, line.Length, ends), ProxyHeaderParser.Parse(line));
    });

    [Fact]
    public void Ends_of_two_families_are_written_as_IPv6()
    {
        var line = Line(Source, Destination6);

        Assert.StartsWith("PROXY TCP6 0:0:0:0:0:ffff:c000:201 2001:db8:0:1:2:3:4:5 56324 65535", System.Text.Encoding.ASCII.GetString(line), StringComparison.Ordinal);
        Assert.Equal((Source, Destination6), ProxyHeaderParser.Parse(line).Addresses);
    }

    [Fact]
    public void Unknown_is_written()
    {
        var to = new byte[ProxyLine.MostBytes];

        Assert.Equal("PROXY UNKNOWN\r\n"u8, to.AsSpan(0, ProxyLine.WriteUnknown(to)));
    }
}
