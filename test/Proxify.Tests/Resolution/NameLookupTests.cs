using System.Net;
using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

/// <summary>What is asked for a host, in which order, and what is made of the answers.</summary>
public sealed class NameLookupTests : LookupBench
{
    [Fact]
    public async Task A_host_has_the_addresses_of_both_families()
    {
        Server.Has("db.internal.", "10.0.0.1").Has("db.internal.", "10.0.0.2").Has("db.internal.", "2001:db8::1");

        Assert.Equal(["10.0.0.1", "10.0.0.2", "2001:db8::1"], Texts(await AskAsync("db.internal")));
    }

    [Fact]
    public async Task A_host_of_etc_hosts_is_not_asked_for()
    {
        Write("hosts", "10.0.0.9 db.internal # ours");
        Server.Has("db.internal.", "10.0.0.1");

        var answer = await AskAsync("db.internal");

        Assert.Equal(["10.0.0.9"], Texts(answer));
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Ttl);
        Assert.Empty(Server.Asked);
    }

    [Fact]
    public async Task An_answer_holds_for_its_shortest_ttl_aliases_included()
    {
        Server.HasAlias("www.internal.", 7, "db.internal.", "10.0.0.1", 60).Has("www.internal.", "2001:db8::1", 30);

        Assert.Equal(TimeSpan.FromSeconds(7), (await AskAsync("www.internal")).Ttl);
    }

    [Fact]
    public async Task The_search_list_is_gone_through_to_the_first_name_that_exists()
    {
        Write("resolv.conf", "search a.internal b.internal c.internal");
        Server.Has("db.b.internal.", "10.0.0.1").Has("db.c.internal.", "10.0.0.2");

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db")));
        Assert.Equal(["db.a.internal.", "db.b.internal."], Server.AskedNames);
    }

    [Fact]
    public async Task Ndots_says_whether_a_name_is_first_asked_for_as_it_is()
    {
        Write("resolv.conf", "search a.internal", "options ndots:2");
        Server.Has("db.x.a.internal.", "10.0.0.1").Has("db.x.", "10.0.0.2");

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db.x")));
    }

    [Fact]
    public async Task A_change_of_resolv_conf_is_seen_at_the_next_question()
    {
        Write("resolv.conf", "search a.internal");
        Server.Has("db.a.internal.", "10.0.0.1").Has("db.long.internal.", "10.0.0.2");
        await AskAsync("db");

        Write("resolv.conf", "search long.internal");

        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("db")));
    }

    [Fact]
    public async Task A_failure_ends_the_search_since_what_comes_later_may_be_another_host()
    {
        Write("resolv.conf", "search a.internal b.internal");
        Server.Fails("db.a.internal.", DnsType.A, DnsType.Aaaa).Has("db.b.internal.", "10.0.0.1");

        await Assert.ThrowsAsync<NameNotResolvedException>(() => AskAsync("db"));
        Assert.DoesNotContain("db.b.internal.", Server.AskedNames);
    }

    [Theory]
    [InlineData(DnsType.A, AddressFamilies.IPv4, "2001:db8::1")]
    [InlineData(DnsType.Aaaa, AddressFamilies.IPv6, "10.0.0.1")]
    internal async Task A_family_that_could_not_be_asked_for_is_named_beside_the_addresses_of_the_other(DnsType failing, AddressFamilies unanswered,
        string other)
    {
        Server.Has("db.internal.", other).Fails("db.internal.", failing);

        var answer = await AskAsync("db.internal");

        Assert.Equal([other], Texts(answer));
        Assert.Equal(unanswered, answer.Unanswered);
    }

    [Fact]
    public async Task A_family_that_could_not_be_asked_for_ends_the_search_also_where_the_other_has_no_address()
    {
        Write("resolv.conf", "search a.internal b.internal");
        Server.Fails("db.a.internal.", DnsType.Aaaa).Has("db.b.internal.", "10.0.0.1");

        var answer = await AskAsync("db");

        Assert.Empty(answer.Addresses);
        Assert.Equal(AddressFamilies.IPv6, answer.Unanswered);
    }

    [Fact]
    public async Task A_server_that_fails_is_followed_by_the_next()
    {
        using var second = new FakeNameServer();
        second.Has("db.internal.", "10.0.0.2");
        Server.Fails("db.internal.", DnsType.A, DnsType.Aaaa);

        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("db.internal", Server, second)));
    }

    [Fact]
    public async Task A_server_that_knows_no_such_name_is_followed_by_nobody()
    {
        using var second = new FakeNameServer();
        second.Has("db.internal.", "10.0.0.2");

        Assert.Empty((await AskAsync("db.internal", Server, second)).Addresses);
        Assert.Empty(second.Asked);
    }

    [Fact]
    public async Task Other_servers_are_asked_as_soon_as_the_settings_name_them()
    {
        using var second = new FakeNameServer();
        Server.Has("db.internal.", "10.0.0.1");
        second.Has("db.internal.", "10.0.0.2");
        await AskAsync("db.internal");

        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("db.internal", second)));
    }

    [Fact]
    public async Task Without_servers_the_system_is_asked_and_its_answer_holds_for_half_a_minute()
    {
        var answer = await AskAsync(Dns.GetHostName(), []);

        Assert.NotEmpty(answer.Addresses);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Ttl);
    }

    [Fact]
    public async Task With_servers_of_the_config_the_system_is_not_asked() => Assert.Empty((await AskAsync(Dns.GetHostName())).Addresses);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("db.localhost")]
    public async Task Localhost_and_all_below_it_is_this_machine_without_etc_hosts_and_never_asked_for(string host)
    {
        Server.Has("localhost.", "10.0.0.1").Has("db.localhost.", "10.0.0.1");

        Assert.Equal(["127.0.0.1", "::1"], Texts(await AskAsync(host)));
        Assert.Empty(Server.Asked);
    }

    [Fact]
    public async Task Etc_hosts_comes_before_what_localhost_is_everywhere()
    {
        Write("hosts", "127.0.0.9 localhost");

        Assert.Equal(["127.0.0.9"], Texts(await AskAsync("localhost")));
    }

    [Theory]
    [InlineData(AddressFamilies.IPv4, DnsType.A, "10.0.0.1", "127.0.0.1", "10.0.0.9")]
    [InlineData(AddressFamilies.IPv6, DnsType.Aaaa, "2001:db8::1", "::1", "fd00::9")]
    internal async Task Addresses_of_one_family_alone_are_asked_for_and_used(AddressFamilies families, DnsType asked, string address, string loopback,
        string known)
    {
        Write("hosts", "10.0.0.9 both", "fd00::9 both", known == "fd00::9" ? "10.0.0.8 other.internal" : "fd00::8 other.internal");
        Server.Has("db.internal.", "10.0.0.1").Has("db.internal.", "2001:db8::1").Has("other.internal.", address);

        Assert.Equal([address], Texts(await AskAsync("db.internal", families)));
        Assert.Equal([("db.internal.", asked)], Server.Asked);
        Assert.Equal([loopback], Texts(await AskAsync("localhost", families)));
        Assert.Equal([known], Texts(await AskAsync("both", families)));
        Assert.Equal([address], Texts(await AskAsync("other.internal", families))); // of the other family alone in /etc/hosts: as if it were not there
    }
}
