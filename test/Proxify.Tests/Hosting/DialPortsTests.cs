using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Linux;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Hosting;

public sealed class DialPortsTests
{
    [Theory]
    [InlineData(1000, 1499, "", false)]
    [InlineData(1000, 1500, "", true)]
    [InlineData(1000, 1499, "1990-1999", true)]
    [InlineData(1000, 1499, "1000-1099", false)]
    [InlineData(1, 999, "", false)]
    public void Shortage_is_told_when_at_least_half_of_the_kernels_ports_are_listened_on(int first, int last, string reserved, bool isShort)
    {
        // 1001 ports: half of them are 500.5.
        var shortage = DialPorts.Shortage(Config(new PortRange(first, last)), LocalPorts.Parse("1000\t2000\n", reserved + "\n"));

        Assert.Equal(isShort, shortage is not null);
    }

    [Fact]
    public void Shortage_says_how_many_ports_are_left_and_where_it_is_mended()
    {
        var shortage = DialPorts.Shortage(Config(new PortRange(1000, 1800), 1700, 5), LocalPorts.Parse("1000 1999", "5"));

        Assert.StartsWith("801 of the 1000 ports that the kernel has for outgoing connections (net.ipv4.ip_local_port_range, 1000-1999) are listened on by apps: 199 are left", shortage, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.ip_local_reserved_ports", shortage, StringComparison.Ordinal);
    }

    [Fact]
    public void Shortage_of_every_port_says_that_no_target_can_be_dialled()
    {
        var shortage = DialPorts.Shortage(Config(new PortRange(1, 65535)), LocalPorts.Parse("32768 60999", ""));

        Assert.StartsWith("All 28232 ports", shortage, StringComparison.Ordinal);
        Assert.Contains("no target can be dialled (EADDRNOTAVAIL)", shortage, StringComparison.Ordinal);
    }

    private static ProxyConfig Config(params PortRange[] ports) => new() { Apps = [App("a", ports, "10.0.0.1:1")] };
}
