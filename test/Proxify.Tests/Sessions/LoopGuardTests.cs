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
        File.WriteAllText("/proc/sys/net/ipv4/ip_nonlocal_bind", "1");
        File.WriteAllText("/proc/sys/net/ipv6/ip_nonlocal_bind", "1");
        var model = ModelOf(App("pg", [5432], $"{(address.Contains(':') ? $"[{address}]" : address)}:5432"));

        Assert.False(new LoopGuard(TimeProvider.System).LeadsBack(new TcpEndpoint(IPAddress.Parse(address), 5432), model.Routes));
    });
}
