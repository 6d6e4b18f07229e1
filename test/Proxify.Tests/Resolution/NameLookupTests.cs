using DnsClient;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

/// <summary>Questions as they go to servers, and what is made of the answers. The files of /etc are the test's own.</summary>
public sealed class NameLookupTests : IDisposable
{
    private readonly string _etc = Directory.CreateTempSubdirectory("proxify-etc-").FullName;
    private readonly FakeNameServer _server = new();
    private readonly NameLookup _lookup;

    public NameLookupTests() => _lookup = new NameLookup(_etc);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_etc, recursive: true);
    }

    [Fact]
    public async Task A_host_has_the_addresses_of_both_families()
    {
        _server.Has("db.internal.", "10.0.0.1").Has("db.internal.", "10.0.0.2").Has("db.internal.", "2001:db8::1");

        Assert.Equal(["10.0.0.1", "10.0.0.2", "2001:db8::1"], Texts(await AskAsync("db.internal")));
    }

    [Fact]
    public async Task A_host_of_etc_hosts_is_not_asked_for()
    {
        Write("hosts", "10.0.0.9 db.internal # ours");
        _server.Has("db.internal.", "10.0.0.1");

        var answer = await AskAsync("db.internal");

        Assert.Equal(["10.0.0.9"], Texts(answer));
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Ttl);
        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task An_answer_holds_for_its_shortest_ttl_aliases_included()
    {
        _server.HasAlias("www.internal.", 7, "db.internal.", "10.0.0.1", 60).Has("www.internal.", "2001:db8::1", 30);

        Assert.Equal(TimeSpan.FromSeconds(7), (await AskAsync("www.internal")).Ttl);
    }

    [Fact]
    public async Task The_search_list_is_gone_through_to_the_first_name_that_exists()
    {
        Write("resolv.conf", "search a.internal b.internal c.internal");
        _server.Has("db.b.internal.", "10.0.0.1").Has("db.c.internal.", "10.0.0.2");

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db")));
        Assert.Equal(["db.a.internal.", "db.b.internal."], _server.AskedNames);
    }

    [Fact]
    public async Task Ndots_says_whether_a_name_is_first_asked_for_as_it_is()
    {
        Write("resolv.conf", "search a.internal", "options ndots:2");
        _server.Has("db.x.a.internal.", "10.0.0.1").Has("db.x.", "10.0.0.2");

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db.x")));
    }

    [Fact]
    public async Task A_change_of_resolv_conf_is_seen_at_the_next_question()
    {
        Write("resolv.conf", "search a.internal");
        _server.Has("db.a.internal.", "10.0.0.1").Has("db.long.internal.", "10.0.0.2");
        await AskAsync("db");

        Write("resolv.conf", "search long.internal");

        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("db")));
    }

    [Fact]
    public async Task A_failure_ends_the_search_since_what_comes_later_may_be_another_host()
    {
        Write("resolv.conf", "search a.internal b.internal");
        _server.Fails("db.a.internal.", QueryType.A, QueryType.AAAA).Has("db.b.internal.", "10.0.0.1");

        await Assert.ThrowsAsync<NameNotResolvedException>(() => AskAsync("db"));
        Assert.DoesNotContain("db.b.internal.", _server.AskedNames);
    }

    [Theory]
    [InlineData(QueryType.A, AddressFamilies.IPv4, "2001:db8::1")]
    [InlineData(QueryType.AAAA, AddressFamilies.IPv6, "10.0.0.1")]
    public async Task A_family_that_could_not_be_asked_for_is_named_beside_the_addresses_of_the_other(QueryType failing, AddressFamilies unanswered, string other)
    {
        _server.Has("db.internal.", other).Fails("db.internal.", failing);

        var answer = await AskAsync("db.internal");

        Assert.Equal([other], Texts(answer));
        Assert.Equal(unanswered, answer.Unanswered);
    }

    [Fact]
    public async Task A_family_that_could_not_be_asked_for_ends_the_search_also_where_the_other_has_no_address()
    {
        Write("resolv.conf", "search a.internal b.internal");
        _server.Fails("db.a.internal.", QueryType.AAAA).Has("db.b.internal.", "10.0.0.1");

        var answer = await AskAsync("db");

        Assert.Empty(answer.Addresses);
        Assert.Equal(AddressFamilies.IPv6, answer.Unanswered);
    }

    [Fact]
    public async Task A_server_that_fails_is_followed_by_the_next()
    {
        using var second = new FakeNameServer();
        second.Has("db.internal.", "10.0.0.2");
        _server.Fails("db.internal.", QueryType.A, QueryType.AAAA);

        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("db.internal", _server, second)));
    }

    [Fact]
    public async Task A_server_that_knows_no_such_name_is_followed_by_nobody()
    {
        using var second = new FakeNameServer();
        second.Has("db.internal.", "10.0.0.2");

        Assert.Empty((await AskAsync("db.internal", _server, second)).Addresses);
        Assert.Empty(second.Asked);
    }

    [Fact]
    public async Task Other_servers_are_asked_as_soon_as_the_settings_name_them()
    {
        using var second = new FakeNameServer();
        _server.Has("db.internal.", "10.0.0.1");
        second.Has("db.internal.", "10.0.0.2");
        await AskAsync("db.internal");

        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("db.internal", second)));
    }

    [Fact]
    public async Task Without_servers_the_system_is_asked_and_its_answer_holds_for_half_a_minute()
    {
        var answer = await AskAsync("localhost", []);

        Assert.NotEmpty(answer.Addresses);
        Assert.All(answer.Addresses, static a => Assert.Contains(a.ToString(), (string[])["127.0.0.1", "::1"]));
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Ttl);
    }

    [Fact]
    public async Task With_servers_of_the_config_the_system_is_not_asked() => Assert.Empty((await AskAsync("localhost")).Addresses);

    [Fact]
    public async Task A_service_brings_ports_and_weights_and_backups_by_priority()
    {
        _server.HasService("_redis._tcp.internal.", priority: 20, weight: 65535, port: 6390, "c.internal.")
            .HasService("_redis._tcp.internal.", priority: 10, weight: 3, port: 6380, "a.internal.")
            .HasService("_redis._tcp.internal.", priority: 10, weight: 1, port: 6381, "b.internal.")
            .Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2", ttl: 20).Has("c.internal.", "10.0.0.3");

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal([("10.0.0.1:6380", 3, false), ("10.0.0.2:6381", 1, false), ("10.0.0.3:6390", 256, true)], answer.Addresses.Select(a => ($"{a.Endpoint}", a.Weight, a.IsBackup)));
        Assert.Equal(TimeSpan.FromSeconds(20), answer.Ttl);
    }

    [Fact]
    public async Task A_service_whose_host_cannot_be_asked_for_has_its_other_hosts()
    {
        Write("hosts", "10.0.0.9 b.internal");
        _server.HasService("_redis._tcp.internal.", 10, 1, 6380, "a.internal.").HasService("_redis._tcp.internal.", 10, 1, 6381, "b.internal.")
            .Fails("a.internal.", QueryType.A, QueryType.AAAA);

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal(["10.0.0.9:6381"], answer.Addresses.Select(a => $"{a.Endpoint}"));
        Assert.Equal(AddressFamilies.Both, answer.Unanswered);
    }

    [Fact]
    public async Task A_service_that_is_decidedly_not_there_has_no_addresses()
    {
        _server.HasService("_redis._tcp.internal.", 0, 0, 0, ".");

        Assert.Empty((await AskServiceAsync("_redis._tcp.internal")).Addresses);
    }

    private Task<NameAnswer> AskAsync(string host) => AskAsync(host, _server);

    private Task<NameAnswer> AskAsync(string host, params FakeNameServer[] servers) => AskAsync(new ResolvedName(host), servers);

    private Task<NameAnswer> AskServiceAsync(string service) => AskAsync(new ResolvedName(service, isService: true), _server);

    private Task<NameAnswer> AskAsync(ResolvedName name, params FakeNameServer[] servers) => _lookup.ResolveAsync(
        name, new ResolverSettings([.. servers.Select(s => s.Endpoint)], TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), TestContext.Current.CancellationToken);

    private void Write(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_etc, file), lines);

    private static string[] Texts(NameAnswer answer) => [.. answer.Addresses.Select(a => $"{a}")];
}
