using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

/// <summary>Questions as they go to servers, and what is made of the answers. The files of /etc are the test's own.</summary>
public sealed class NameLookupTests : IDisposable
{
    private readonly string _etc = Directory.CreateTempSubdirectory("proxify-etc-").FullName;
    private readonly FakeNameServer _server = new();
    private NameLookup _lookup;

    public NameLookupTests() => _lookup = new NameLookup(TimeProvider.System, _etc);

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
        _server.Fails("db.a.internal.", DnsType.A, DnsType.Aaaa).Has("db.b.internal.", "10.0.0.1");

        await Assert.ThrowsAsync<NameNotResolvedException>(() => AskAsync("db"));
        Assert.DoesNotContain("db.b.internal.", _server.AskedNames);
    }

    [Theory]
    [InlineData(DnsType.A, AddressFamilies.IPv4, "2001:db8::1")]
    [InlineData(DnsType.Aaaa, AddressFamilies.IPv6, "10.0.0.1")]
    internal async Task A_family_that_could_not_be_asked_for_is_named_beside_the_addresses_of_the_other(DnsType failing, AddressFamilies unanswered,
        string other)
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
        _server.Fails("db.a.internal.", DnsType.Aaaa).Has("db.b.internal.", "10.0.0.1");

        var answer = await AskAsync("db");

        Assert.Empty(answer.Addresses);
        Assert.Equal(AddressFamilies.IPv6, answer.Unanswered);
    }

    [Fact]
    public async Task A_server_that_fails_is_followed_by_the_next()
    {
        using var second = new FakeNameServer();
        second.Has("db.internal.", "10.0.0.2");
        _server.Fails("db.internal.", DnsType.A, DnsType.Aaaa);

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
        var answer = await AskAsync(Dns.GetHostName(), []);

        Assert.NotEmpty(answer.Addresses);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Ttl);
    }

    [Fact]
    public async Task With_servers_of_the_config_the_system_is_not_asked() => Assert.Empty((await AskAsync(Dns.GetHostName())).Addresses);

    [Fact]
    public async Task A_service_brings_ports_and_weights_and_backups_by_priority()
    {
        _server.HasService("_redis._tcp.internal.", priority: 20, weight: 65535, port: 6390, "c.internal.")
            .HasService("_redis._tcp.internal.", priority: 10, weight: 3, port: 6380, "a.internal.")
            .HasService("_redis._tcp.internal.", priority: 10, weight: 1, port: 6381, "b.internal.")
            .Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2", ttl: 20).Has("c.internal.", "10.0.0.3");

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal([("10.0.0.1:6380", 3, false), ("10.0.0.2:6381", 1, false), ("10.0.0.3:6390", 256, true)],
            answer.Addresses.Select(a => ($"{a.Endpoint}", a.Weight, a.IsBackup)));
        Assert.Equal(TimeSpan.FromSeconds(20), answer.Ttl);
    }

    [Fact]
    public async Task A_service_whose_host_cannot_be_asked_for_has_its_other_hosts()
    {
        Write("hosts", "10.0.0.9 b.internal");
        _server.HasService("_redis._tcp.internal.", 10, 1, 6380, "a.internal.").HasService("_redis._tcp.internal.", 10, 1, 6381, "b.internal.")
            .Fails("a.internal.", DnsType.A, DnsType.Aaaa);

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

    [Fact]
    public async Task A_services_record_with_port_0_is_left_out_and_told_of()
    {
        _server.HasService("_redis._tcp.internal.", 10, 1, 0, "a.internal.").HasService("_redis._tcp.internal.", 20, 1, 6381, "b.internal.")
            .Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2");

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal([("10.0.0.2:6381", false)], answer.Addresses.Select(a => ($"{a.Endpoint}", a.IsBackup)));
        Assert.Equal("the record for a.internal. has port 0, where nobody can be reached", answer.Flaw);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("db.localhost")]
    public async Task Localhost_and_all_below_it_is_this_machine_without_etc_hosts_and_never_asked_for(string host)
    {
        _server.Has("localhost.", "10.0.0.1").Has("db.localhost.", "10.0.0.1");

        Assert.Equal(["127.0.0.1", "::1"], Texts(await AskAsync(host)));
        Assert.Empty(_server.Asked);
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
        _server.Has("db.internal.", "10.0.0.1").Has("db.internal.", "2001:db8::1").Has("other.internal.", address);

        Assert.Equal([address], Texts(await AskAsync("db.internal", families)));
        Assert.Equal([("db.internal.", asked)], _server.Asked);
        Assert.Equal([loopback], Texts(await AskAsync("localhost", families)));
        Assert.Equal([known], Texts(await AskAsync("both", families)));
        Assert.Equal([address], Texts(await AskAsync("other.internal", families))); // of the other family alone in /etc/hosts: as if it were not there
    }

    [Fact]
    public async Task Datagrams_that_are_no_response_to_the_question_do_not_end_its_try()
    {
        _server.Has("db.internal.", "10.0.0.1");
        _server.Sends = static answer =>
        {
            var (otherId, otherName, otherType, noResponse, endless, cut) = (Copy(), Copy(), Copy(), Copy(), Copy(), Copy());
            otherId[0] ^= 1;
            otherName[13] = (byte)'x';
            otherType[12 + "?db?internal?".Length + 1] = 16;
            noResponse[2] &= 0x7f;
            var owner = 12 + "?db?internal?".Length + 4;
            (endless[owner], endless[owner + 1]) = (0xc0, (byte)owner); // a name that points to itself
            return [[], [0], new byte[9_000], otherId, otherName, otherType, noResponse, endless, cut[..^1], answer];

            byte[] Copy() => [.. answer];
        };

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db.internal", AddressFamilies.IPv4)));
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task Records_of_other_names_are_not_taken()
    {
        _server.HasBeside("db.internal.", DnsType.A, "other.internal.", "10.0.0.6").Has("db.internal.", "10.0.0.1")
            .HasBeside("db.internal.", DnsType.A, "db.internal.example.", "10.0.0.7");

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db.internal")));
    }

    [Fact]
    public async Task Aliases_are_followed_in_whatever_order_they_come_and_a_circle_ends()
    {
        _server.HasBeside("www.internal.", DnsType.A, "c.internal.", "10.0.0.3").HasBeside("www.internal.", DnsType.A, "b.internal.", "C.internal.")
            .HasBeside("www.internal.", DnsType.A, "WWW.internal.", "b.internal.")
            .HasBeside("circle.internal.", DnsType.A, "circle.internal.", "b.internal.")
            .HasBeside("circle.internal.", DnsType.A, "b.internal.", "circle.internal.");

        Assert.Equal(["10.0.0.3"], Texts(await AskAsync("www.internal")));
        Assert.Empty(Texts(await AskAsync("circle.internal")));
    }

    [Fact]
    public async Task An_answer_that_fits_into_no_datagram_is_asked_for_by_tcp()
    {
        _server.Truncates = true;
        for (var i = 1; i < 200; i++)
            _server.Has("db.internal.", $"10.0.0.{i}");

        Assert.Equal(199, (await AskAsync("db.internal")).Addresses.Count);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_waited_for_once_and_from_then_on_asked_after_those_who_answer_until_it_does()
    {
        var clock = new PauseClock();
        _lookup = new NameLookup(clock, _etc);
        using var second = new FakeNameServer();
        foreach (var server in new[] { _server, second })
            server.Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2").Has("c.internal.", "10.0.0.3").Has("d.internal.", "10.0.0.4");
        _server.IsSilent = true;

        var first = AskAsync("a.internal", AddressFamilies.IPv4, _server, second);
        await clock.PassPauseAsync(DnsServer.Patience);
        Assert.Equal(["10.0.0.1"], Texts(await first));
        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("b.internal", AddressFamilies.IPv4, _server, second)));
        Assert.Equal(["a.internal."], _server.AskedNames);

        _server.IsSilent = false;
        clock.Advance(DnsServer.TryAgainAfter);
        await AskAsync("c.internal", AddressFamilies.IPv4, _server, second);
        await AskAsync("d.internal", AddressFamilies.IPv4, _server, second);
        Assert.Equal(["a.internal.", "c.internal.", "d.internal."], _server.AskedNames);
        Assert.Equal(["a.internal.", "b.internal."], second.AskedNames);
    }

    [Fact]
    public async Task So_many_questions_and_no_more_are_with_a_server_that_has_had_no_time_to_read_them_and_silence_holds_no_place()
    {
        var clock = new PauseClock();
        _lookup = new NameLookup(clock, _etc);
        _server.IsSilent = true;
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 150)
            .Select(i => _lookup.ResolveAsync(new ResolvedName($"name{i}.internal"), Settings(AddressFamilies.IPv4, _server), stop.Token)).ToList();

        await _server.WaitForQuestionsAsync(100);
        Assert.Equal(100, _server.Asked.Count);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        await _server.WaitForQuestionsAsync(150);

        await stop.CancelAsync();
        foreach (var asked in asking)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Past_so_many_open_questions_the_oldest_without_an_answer_is_given_up_when_it_has_had_its_time()
    {
        const int Waiting = 44;
        var clock = new PauseClock();
        _lookup = new NameLookup(clock, _etc);
        _server.IsSilent = true;
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, OpenQuestions.Most + Waiting)
            .Select(i => _lookup.ResolveAsync(new ResolvedName($"name{i}.internal"), Settings(AddressFamilies.IPv4, _server), stop.Token)).ToList();

        foreach (var open in new[] { 100, 200, OpenQuestions.Most })
        {
            await _server.WaitForQuestionsAsync(open);
            Assert.Equal(open, _server.Asked.Count);
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.DoesNotContain(asking, static asked => asked.IsCompleted);
        clock.Advance(DnsServer.Patience - TimeSpan.FromMilliseconds(150));
        await _server.WaitForQuestionsAsync(OpenQuestions.Most + Waiting);

        foreach (var oldest in asking.Take(Waiting))
            Assert.Contains("no answer within 1 s", (await Assert.ThrowsAsync<NameNotResolvedException>(() => oldest)).Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        foreach (var other in asking.Skip(Waiting))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task A_server_is_not_silent_while_a_question_waits_for_its_place()
    {
        var clock = new PauseClock();
        var open = new OpenQuestions(clock);
        var places = await Task.WhenAll(Enumerable.Range(0, OpenQuestions.Most).Select(_ => open.EnterAsync(CancellationToken.None)));
        var server = new DnsServer(_server.Endpoint.ToIPEndPoint(), open, clock);
        _server.Has("db.internal.", "10.0.0.1");

        var asked = server.AskAsync(DnsMessage.Question("db.internal.", DnsType.A)!, TestContext.Current.CancellationToken);
        clock.Advance(DnsServer.Patience);

        Assert.False(server.IsSilent());
        Assert.Empty(_server.Asked);
        Assert.Equal([places[0]], places.Where(static place => place.GivenUp.IsCancellationRequested));
        places[0].Dispose();
        Assert.Single((await asked).Answer!.Addresses);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_of_by_errno()
    {
        _server.Dispose();

        var problem = await Assert.ThrowsAsync<NameNotResolvedException>(() => AskAsync("db.internal"));

        Assert.Equal($"{_server.Endpoint}: ECONNREFUSED: connection refused", problem.Message);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, true)]
    [InlineData(SocketError.ConnectionRefused, false)]
    [InlineData(SocketError.NetworkUnreachable, false)]
    public void What_this_machine_is_short_of_is_no_silence_of_a_server(SocketError error, bool isOurs) => Assert.Equal(isOurs, DnsServer.IsOurs(error));

    private Task<NameAnswer> AskAsync(string host) => AskAsync(host, _server);

    private Task<NameAnswer> AskAsync(string host, params FakeNameServer[] servers) => AskAsync(new ResolvedName(host), servers);

    private Task<NameAnswer> AskServiceAsync(string service) => AskAsync(new ResolvedName(service, isService: true), _server);

    private Task<NameAnswer> AskAsync(string host, AddressFamilies families) => AskAsync(host, families, _server);

    private Task<NameAnswer> AskAsync(string host, AddressFamilies families, params FakeNameServer[] servers) =>
        AskAsync(new ResolvedName(host), Settings(families, servers));

    private Task<NameAnswer> AskAsync(ResolvedName name, params FakeNameServer[] servers) => AskAsync(name, Settings(AddressFamilies.Both, servers));

    private Task<NameAnswer> AskAsync(ResolvedName name, ResolverSettings settings) =>
        _lookup.ResolveAsync(name, settings, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));

    private static ResolverSettings Settings(AddressFamilies families, params FakeNameServer[] servers) =>
        new([.. servers.Select(s => s.Endpoint)], TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), families);

    private void Write(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_etc, file), lines);

    private static string[] Texts(NameAnswer answer) => [.. answer.Addresses.Select(a => $"{a}")];
}
