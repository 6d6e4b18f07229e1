using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Proxify.Balancing;
using Proxify.Health;
using Proxify.Transport;

namespace Proxify.Tests.Health;

/// <summary>Checks on real sockets.</summary>
public sealed class ProberTests : IDisposable
{
    private static readonly TimeSpan Patience = ProberBench.Patience;

    private readonly FakeTimeProvider _time = new();
    private Prober _prober = new(TimeProvider.System);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ProberTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public void Dispose()
    {
        _prober.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task A_listener_is_good_and_its_program_never_hears_of_the_check()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal(CheckResult.Good, await CheckAsync(new CheckSettings()));
        Assert.False(_listener.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        var endpoint = Endpoint;
        _listener.Dispose();
        Assert.Equal(CheckResult.Unreachable, await CheckAsync(new CheckSettings(), endpoint));
    }

    [Fact]
    public async Task A_listener_whose_queue_is_full_times_out()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!);

        Assert.Equal(CheckResult.TimedOut,
            await CheckAsync(new CheckSettings(), new TcpEndpoint((IPEndPoint)full.LocalEndPoint!), TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public async Task Both_families_are_checked()
    {
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        Assert.Equal(CheckResult.Good, await CheckAsync(new CheckSettings(), new TcpEndpoint((IPEndPoint)listener.LocalEndPoint!)));
    }

    [Theory]
    [InlineData("127.0.0.77", CheckResult.Good)]
    [InlineData("192.0.2.1", CheckResult.NotMade)] // nobody's (RFC 5737)
    [InlineData("::1", CheckResult.NotMade)]
    internal async Task A_check_with_a_source_is_made_from_there_or_not_at_all(string source, CheckResult result)
    {
        var from = new DialSource([new AddressRange(new TcpEndpoint(IPAddress.Parse(source), 0).Address, 0)]);

        for (var i = 0; i < 3; i++)
            Assert.Equal(result, await CheckAsync(new CheckSettings { Source = from }));
        Assert.Equal(CheckResult.Good, await CheckAsync(new CheckSettings()));
    }

    [Fact]
    public async Task A_check_with_content_comes_from_its_source()
    {
        var from = new DialSource([new AddressRange(new TcpEndpoint(IPAddress.Parse("127.0.0.77"), 0).Address, 0)]);
        var check = CheckAsync(new CheckSettings(Expect: "x"u8.ToArray()) { Source = from });

        using var accepted = await _listener.AcceptAsync().WaitAsync(Patience);
        await accepted.SendAsync("x"u8.ToArray());

        Assert.Equal("127.0.0.77", $"{((IPEndPoint)accepted.RemoteEndPoint!).Address}");
        Assert.Equal(CheckResult.Good, await check);
    }

    [Fact]
    public async Task A_check_with_content_is_not_made_where_its_source_is_not_given()
    {
        var from = new DialSource([new AddressRange(new TcpEndpoint(IPAddress.Parse("192.0.2.1"), 0).Address, 0)]);

        Assert.Equal(CheckResult.NotMade, await CheckAsync(new CheckSettings(Expect: "x"u8.ToArray()) { Source = from }));
    }

    [Theory]
    [InlineData("+PONG\r\n", "PONG", CheckResult.Good)]
    [InlineData("-ERR\r\n", "PONG", CheckResult.BadAnswer)]
    [InlineData("", "PONG", CheckResult.BadAnswer)]
    internal async Task An_answer_is_good_when_it_holds_what_is_expected(string answer, string expect, CheckResult result)
    {
        var received = AnswerAsync(async stream =>
        {
            var buffer = new byte[100];
            var length = await stream.ReadAsync(buffer);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            return System.Text.Encoding.ASCII.GetString(buffer, 0, length);
        });

        Assert.Equal(result, await CheckAsync(new CheckSettings(Send: "PING\r\n"u8.ToArray(), Expect: System.Text.Encoding.ASCII.GetBytes(expect))));
        Assert.Equal("PING\r\n", await received.WaitAsync(Patience));
    }

    [Fact]
    public async Task Expected_bytes_may_come_in_pieces()
    {
        var serving = AnswerAsync(async stream =>
        {
            foreach (var b in "220 ready"u8.ToArray())
                await stream.WriteAsync(new[] { b });
            return "";
        });

        Assert.Equal(CheckResult.Good, await CheckAsync(new CheckSettings(Expect: "ready"u8.ToArray())));
        await serving.WaitAsync(Patience);
    }

    [Fact]
    public async Task An_answer_longer_than_the_bound_is_not_read_to_its_end()
    {
        var serving = AnswerAsync(async stream =>
        {
            await stream.WriteAsync(new byte[ContentCheck.MostReceived + 1]);
            return "";
        });

        Assert.Equal(CheckResult.BadAnswer, await CheckAsync(new CheckSettings(Expect: "x"u8.ToArray())));
        await serving.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_target_that_accepts_and_says_nothing_times_out() =>
        Assert.Equal(CheckResult.TimedOut, await CheckAsync(new CheckSettings(Expect: "x"u8.ToArray()), timeout: TimeSpan.FromMilliseconds(100)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1_000, 250)]
    public void A_check_is_looked_at_until_its_end_however_short_its_time(int timeout, int look) =>
        Assert.Equal(TimeSpan.FromMilliseconds(look), ContentCheck.Look(TimeSpan.FromMilliseconds(timeout)));

    [Fact]
    public async Task Checks_that_hang_keep_no_other_waiting()
    {
        for (var i = 0; i < 200; i++)
            _ = Begin(new CheckSettings(Expect: "x"u8.ToArray()), TimeProvider.System, Endpoint, TimeSpan.FromDays(1));
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var check = CheckAsync(new CheckSettings(Expect: "x"u8.ToArray()), new TcpEndpoint((IPEndPoint)other.LocalEndPoint!));

        using var accepted = await other.AcceptAsync().WaitAsync(Patience);
        await accepted.SendAsync("x"u8.ToArray());

        Assert.Equal(CheckResult.Good, await check);
    }

    [Fact]
    public async Task A_check_whose_time_passed_while_we_were_stopped_gets_it_anew_and_only_once()
    {
        _prober = new Prober(_time);
        var (answering, silent) = (Begin(new CheckSettings(Expect: "x"u8.ToArray()), _time, Endpoint, Patience),
            Begin(new CheckSettings(Expect: "x"u8.ToArray()), _time, Endpoint, Patience));
        using var first = await _listener.AcceptAsync().WaitAsync(Patience);
        using var second = await _listener.AcceptAsync().WaitAsync(Patience);

        _time.Advance(TimeSpan.FromHours(1));
        await first.SendAsync("x"u8.ToArray());
        Assert.Equal(CheckResult.Good, await (await Task.WhenAny(answering, silent)).WaitAsync(Patience));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal([CheckResult.Good, CheckResult.TimedOut], (await Task.WhenAll(answering, silent).WaitAsync(Patience)).Order());
    }

    [Fact]
    public async Task A_connect_whose_time_passed_while_we_were_stopped_gets_it_anew_and_only_once()
    {
        _prober = new Prober(_time);
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!);
        var check = Begin(new CheckSettings(), _time, new TcpEndpoint((IPEndPoint)full.LocalEndPoint!), Patience);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(_prober.Collect());
        _time.Advance(Patience);
        Assert.False(_prober.Collect());

        Assert.Equal(CheckResult.TimedOut, await check);
    }

    [Fact]
    public void A_link_local_target_leaves_no_socket_behind_that_reaches_nothing_else() => Steering.FreshNamespace.Run(() =>
    {
        Ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
        Ip("link", "set", "v0", "up");
        Ip("link", "set", "v1", "up");
        Ip("address", "add", "fe80::5/64", "dev", "v0", "nodad");
        using var prober = _prober = new Prober(TimeProvider.System);
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        // On this thread, which is the one in the namespace.
        foreach (var address in (string[])["fe80::5%v0", "::1", "fe80::5%v0", "::1"])
        {
            CheckResult? result = null;
            var endpoint = new TcpEndpoint(IPAddress.Parse(address), port);
            ProberBench.Begin(prober, new CheckSettings(), endpoint, TimeProvider.System, Patience, (_, ended) => result = ended);
            SpinWait.SpinUntil(() => !prober.Collect(), Patience);
            Assert.Equal((address, CheckResult.Good), (address, result));
        }
    });

    [Fact]
    public void The_zone_of_an_address_that_is_checked_instead_of_the_targets_is_kept()
    {
        var target = new TargetHealth("t", "db.internal", Endpoint, new TargetLoad());
        using var monitor = ProberBench.Watch(target, new CheckSettings(Address: IPAddress.Parse("fe80::1%1"), Port: 80), Patience);
        var task = new CheckTask(target, (_, _) => { });

        Assert.True(task.TryBegin(0));

        Assert.Equal(new TcpEndpoint(IPAddress.Parse("fe80::1%1"), 80), task.Endpoint);
        Assert.Equal(1u, task.Endpoint.ScopeId);
    }

    private TcpEndpoint Endpoint => new((IPEndPoint)_listener.LocalEndPoint!);

    private async Task<string> AnswerAsync(Func<NetworkStream, Task<string>> answer)
    {
        using var socket = await _listener.AcceptAsync();
        await using var stream = new NetworkStream(socket);
        return await answer(stream);
    }

    private async Task<CheckResult> CheckAsync(CheckSettings check, TcpEndpoint? endpoint = null, TimeSpan? timeout = null) =>
        (await ProberBench.CheckAsync(_prober, check, endpoint ?? Endpoint, timeout)).Result;

    private Task<CheckResult> Begin(CheckSettings check, TimeProvider clock, TcpEndpoint endpoint, TimeSpan timeout)
    {
        var result = new TaskCompletionSource<CheckResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        ProberBench.Begin(_prober, check, endpoint, clock, timeout, (_, ended) => result.SetResult(ended));
        return result.Task;
    }

    private static void Ip(params string[] arguments)
    {
        using var ip = System.Diagnostics.Process.Start("ip", arguments);
        ip.WaitForExit();
        Assert.Equal(0, ip.ExitCode);
    }
}
