using System.Net;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Runtime;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Hosting;

public sealed class DialSourceProblemsTests
{
    private static readonly DialSourceConfig Ours = DialSourceConfig.Of(IPNetwork.Parse("127.0.0.16/28"));

    /// <summary>Of a documentation network (RFC 5737).</summary>
    private static readonly DialSourceConfig Nobodys = DialSourceConfig.Of(IPNetwork.Parse("192.0.2.16/28"));

    [Fact]
    public void Addresses_of_this_machine_are_no_problem() => Assert.Empty(DialSourceProblems.Find(Config(Ours, null)));

    [Fact]
    public void Addresses_that_are_not_this_machines_are_told_once_for_all_apps() => Assert.Equal(
        ["apps a, c: cannot dial from 192.0.2.16/28 (Source): EADDRNOTAVAIL: cannot assign requested address; the machine has no such address, or no free port in net.ipv4.ip_local_port_range"],
        DialSourceProblems.Find(Config(Nobodys, Ours, Nobodys)));

    [Fact]
    public void Network_of_IPv6_is_told_with_the_setting_that_it_needs() => Assert.EndsWith(
        ". A network that is local by its route needs net.ipv6.ip_nonlocal_bind",
        Assert.Single(DialSourceProblems.Find(Config(DialSourceConfig.Of(IPNetwork.Parse("2001:db8::/64"))))), StringComparison.Ordinal);

    [Fact]
    public void Change_is_refused_for_a_source_that_is_new_and_not_for_one_that_was_lost_meanwhile()
    {
        var before = ModelBuilder.Build(Config(Nobodys), previous: null);
        var after = ModelBuilder.Build(Config(Nobodys, Ours), before);

        DialSourceProblems.ThrowIfAny(after, before);
        var refused = Assert.Throws<ProxyStartException>(() => DialSourceProblems.ThrowIfAny(before, previous: null));

        Assert.StartsWith("app a: cannot dial from 192.0.2.16/28", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    private static ProxyConfig Config(params DialSourceConfig?[] sources) =>
        new() { Apps = [.. sources.Select(static (source, i) => App($"{(char)('a' + i)}", [80 + i], "10.0.0.1:1") with { Source = source })] };
}
