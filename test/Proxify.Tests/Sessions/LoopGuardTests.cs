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

    [Fact]
    public void One_link_local_address_on_two_interfaces_is_our_own_where_it_is_ours() => FreshNamespace.Run(() =>
    {
        Ip("link", "add", "ours", "type", "veth", "peer", "name", "beyond");
        Ip("link", "set", "ours", "up");
        Ip("link", "set", "beyond", "up");
        Ip("address", "add", "fe80::5/64", "dev", "ours", "nodad");
        var (ours, beyond) = (Index("ours"), Index("beyond"));
        var guard = new LoopGuard(new NativePorts(), TimeProvider.System);
        var routes = ModelOf(App("pg", [5432], "192.0.2.1:5432")).Routes;

        Assert.True(guard.LeadsBack(At(ours), routes));
        Assert.False(guard.LeadsBack(At(beyond), routes));

        static TcpEndpoint At(int zone) => new(IPAddress.Parse($"fe80::5%{zone}"), 5432);
    });

    [Fact]
    public void What_is_remembered_is_bounded_however_many_endpoints_are_dialled()
    {
        var guard = new LoopGuard(new NativePorts(), TimeProvider.System);
        var routes = ModelOf(App("pg", [5432], "192.0.2.1:5432")).Routes;

        for (uint i = 0; i < 3 * LoopGuard.MostKnown; i++)
        {
            var target = TcpEndpoint.FromIPv4(0xc6120000 + i, 5432); // 198.18.0.0/15 is nobody's (RFC 2544): each is asked of the kernel
            guard.LeadsBack(target, routes);
            guard.NoteDial(target);
            guard.NoteAccept(target);
        }

        Assert.InRange(guard.Known, 3, 3 * LoopGuard.MostKnown);
    }

    private static int Index(string name)
    {
        // Of this thread's namespace; /sys shows that of whoever mounted it.
        using var ip = Process.Start(new ProcessStartInfo("ip", ["-o", "link", "show", name]) { RedirectStandardOutput = true })!;
        return int.Parse(ip.StandardOutput.ReadToEnd().Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool LeadsBack(string address)
    {
        var endpoint = new TcpEndpoint(IPAddress.Parse(address), 5432);
        return new LoopGuard(new NativePorts(), TimeProvider.System).LeadsBack(endpoint, ModelOf(App("pg", [5432], "192.0.2.1:5432")).Routes);
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
