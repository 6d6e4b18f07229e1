using System.Diagnostics;
using System.Net;
using Proxify.Sessions;
using Proxify.Tests.Steering;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

public sealed class LoopGuardTests
{
    [Theory]
    [InlineData("10.9.9.9")]
    [InlineData("2001:db8::9")]
    public void A_machine_that_may_bind_to_any_address_does_not_own_them_all(string address) => FreshNamespace.Run(() =>
    {
        AllowAnyBind();

        Assert.False(LeadsBack(address));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_address_of_an_interface_and_of_a_local_route_is_our_own_and_no_neighbour_is(bool bindsToAny) => FreshNamespace.Run(() =>
    {
        Ip("address", "add", "10.0.0.5/24", "dev", "lo");
        Ip("address", "add", "10.0.0.6/24", "dev", "lo");
        Ip("address", "add", "2001:db8::5/128", "dev", "lo");
        Ip("route", "add", "local", "10.50.0.0/16", "dev", "lo");
        Ip("link", "add", "outside", "type", "veth", "peer", "name", "beyond");
        Ip("address", "add", "10.1.0.5/24", "dev", "outside");
        Ip("link", "set", "outside", "up");
        if (bindsToAny)
            AllowAnyBind();

        Assert.All(["10.0.0.5", "10.0.0.6", "2001:db8::5", "10.50.0.9", "10.1.0.5"], static address => Assert.True(LeadsBack(address), address));
        Assert.False(LeadsBack("10.1.0.6"));
    });

    private static bool LeadsBack(string address)
    {
        var endpoint = new TcpEndpoint(IPAddress.Parse(address), 5432);
        return new LoopGuard(TimeProvider.System).LeadsBack(endpoint, ModelOf(App("pg", [5432], "192.0.2.1:5432")).Routes);
    }

    private static void AllowAnyBind()
    {
        File.WriteAllText("/proc/sys/net/ipv4/ip_nonlocal_bind", "1");
        File.WriteAllText("/proc/sys/net/ipv6/ip_nonlocal_bind", "1");
    }

    private static void Ip(params string[] arguments)
    {
        using var ip = Process.Start("ip", arguments);
        ip.WaitForExit();
        Assert.Equal(0, ip.ExitCode);
    }
}
