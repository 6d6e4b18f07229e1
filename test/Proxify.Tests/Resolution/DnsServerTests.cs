using System.Net.Sockets;
using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

/// <summary>Datagrams from and to servers: which are believed, how long they are waited for, how many there are at once.</summary>
public sealed class DnsServerTests : LookupBench
{
    [Fact]
    public async Task Datagrams_that_are_no_response_to_the_question_do_not_end_its_try()
    {
        Server.Has("db.internal.", "10.0.0.1");
        Server.Sends = static answer =>
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
        Assert.Single(Server.Asked);
    }

    [Fact]
    public async Task Records_of_other_names_are_not_taken()
    {
        Server.HasBeside("db.internal.", DnsType.A, "other.internal.", "10.0.0.6").Has("db.internal.", "10.0.0.1")
            .HasBeside("db.internal.", DnsType.A, "db.internal.example.", "10.0.0.7");

        Assert.Equal(["10.0.0.1"], Texts(await AskAsync("db.internal")));
    }

    [Fact]
    public async Task Aliases_are_followed_in_whatever_order_they_come_and_a_circle_ends()
    {
        Server.HasBeside("www.internal.", DnsType.A, "c.internal.", "10.0.0.3").HasBeside("www.internal.", DnsType.A, "b.internal.", "C.internal.")
            .HasBeside("www.internal.", DnsType.A, "WWW.internal.", "b.internal.")
            .HasBeside("circle.internal.", DnsType.A, "circle.internal.", "b.internal.")
            .HasBeside("circle.internal.", DnsType.A, "b.internal.", "circle.internal.");

        Assert.Equal(["10.0.0.3"], Texts(await AskAsync("www.internal")));
        Assert.Empty(Texts(await AskAsync("circle.internal")));
    }

    [Fact]
    public async Task An_answer_that_fits_into_no_datagram_is_asked_for_by_tcp()
    {
        Server.Truncates = true;
        for (var i = 1; i < 200; i++)
            Server.Has("db.internal.", $"10.0.0.{i}");

        Assert.Equal(199, (await AskAsync("db.internal")).Addresses.Count);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_waited_for_once_and_from_then_on_asked_after_those_who_answer_until_it_does()
    {
        var clock = new PauseClock();
        Lookup = LookupOn(clock);
        using var second = new FakeNameServer();
        foreach (var server in new[] { Server, second })
            server.Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2").Has("c.internal.", "10.0.0.3").Has("d.internal.", "10.0.0.4");
        Server.IsSilent = true;

        var first = AskAsync("a.internal", AddressFamilies.IPv4, Server, second);
        await Server.WaitForQuestionsAsync(1); // from then on its silence is counted
        await clock.PassPauseAsync(DnsServer.Patience);
        Assert.Equal(["10.0.0.1"], Texts(await first));
        Assert.Equal(["10.0.0.2"], Texts(await AskAsync("b.internal", AddressFamilies.IPv4, Server, second)));
        Assert.Equal(["a.internal."], Server.AskedNames);

        Server.IsSilent = false;
        clock.Advance(DnsServer.TryAgainAfter);
        await AskAsync("c.internal", AddressFamilies.IPv4, Server, second);
        await AskAsync("d.internal", AddressFamilies.IPv4, Server, second);
        Assert.Equal(["a.internal.", "c.internal.", "d.internal."], Server.AskedNames);
        Assert.Equal(["a.internal.", "b.internal."], second.AskedNames);
    }

    [Fact]
    public async Task So_many_questions_and_no_more_are_with_a_server_that_has_had_no_time_to_read_them_and_silence_holds_no_place()
    {
        var clock = new PauseClock();
        Lookup = LookupOn(clock);
        Server.IsSilent = true;
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 150)
            .Select(i => Lookup.ResolveAsync(new ResolvedName($"name{i}.internal"), Settings(AddressFamilies.IPv4, Server), stop.Token)).ToList();

        await Server.WaitForQuestionsAsync(100);
        Assert.Equal(100, Server.Asked.Count);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        await Server.WaitForQuestionsAsync(150);

        await stop.CancelAsync();
        foreach (var asked in asking)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Past_so_many_open_questions_the_oldest_without_an_answer_is_given_up_when_it_has_had_its_time()
    {
        const int Waiting = 44;
        var clock = new PauseClock();
        Lookup = LookupOn(clock);
        Server.IsSilent = true;
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, OpenQuestions.Most + Waiting)
            .Select(i => Lookup.ResolveAsync(new ResolvedName($"name{i}.internal"), Settings(AddressFamilies.IPv4, Server), stop.Token)).ToList();

        foreach (var open in new[] { 100, 200, OpenQuestions.Most })
        {
            await Server.WaitForQuestionsAsync(open);
            Assert.Equal(open, Server.Asked.Count);
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.DoesNotContain(asking, static asked => asked.IsCompleted);
        clock.Advance(DnsServer.Patience - TimeSpan.FromMilliseconds(150));
        await Server.WaitForQuestionsAsync(OpenQuestions.Most + Waiting);

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
        var server = new DnsServer(Server.Endpoint.ToIPEndPoint(), open, clock);
        Server.Has("db.internal.", "10.0.0.1");

        var asked = server.AskAsync(DnsMessage.Question("db.internal.", DnsType.A)!, TestContext.Current.CancellationToken);
        clock.Advance(DnsServer.Patience);

        Assert.False(server.IsSilent());
        Assert.Empty(Server.Asked);
        Assert.Equal([places[0]], places.Where(static place => place.GivenUp.IsCancellationRequested));
        places[0].Dispose();
        Assert.Single((await asked).Answer!.Addresses);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_of_by_errno()
    {
        Server.Dispose();

        var problem = await Assert.ThrowsAsync<NameNotResolvedException>(() => AskAsync("db.internal"));

        Assert.Equal($"{Server.Endpoint}: ECONNREFUSED: connection refused", problem.Message);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, true)]
    [InlineData(SocketError.ConnectionRefused, false)]
    [InlineData(SocketError.NetworkUnreachable, false)]
    public void What_this_machine_is_short_of_is_no_silence_of_a_server(SocketError error, bool isOurs) => Assert.Equal(isOurs, DnsServer.IsOurs(error));
}
