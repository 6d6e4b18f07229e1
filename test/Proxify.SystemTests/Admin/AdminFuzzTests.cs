using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;

namespace Proxify.SystemTests.Admin;

/// <summary>Strangers at the admin endpoints. More of them: <c>PROXIFY_ADMIN_FUZZ=100000</c>; the same ones again: <c>PROXIFY_SEED</c>.</summary>
[Collection(nameof(Heavy))]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed partial class AdminFuzzTests(ITestOutputHelper output)
{
    private const int AtOnce = 8;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(30);

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("PROXIFY_ADMIN_FUZZ"), out var count) ? count : 2_000;

    [Fact]
    public async Task Whatever_comes_over_TCP_without_the_token_changes_nothing_and_breaks_nothing()
    {
        await using var lab = await AdminLab.CreateAsync();

        await ProveAsync(lab, lab.Http);
    }

    [Fact]
    public async Task Whatever_comes_over_the_socket_from_another_user_changes_nothing_and_breaks_nothing()
    {
        await using var lab = await AdminLab.CreateAsync();
        File.SetUnixFileMode(lab.Lab.Directory, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(lab.Socket, (UnixFileMode)0b110_110_110);
        var port = lab.Lab.Port();
        var forward = lab.Lab.Start([
            Tool.Require("setpriv", "util-linux"), "--reuid", "65534", "--regid", "65534", "--clear-groups", Tool.Require("socat", "socat"), "-d", "-d",
            $"TCP-LISTEN:{port},bind=127.0.0.1,fork,backlog=64", $"UNIX-CONNECT:{lab.Socket}"]);
        await forward.Errors.WaitAsync(static line => line.Contains("listening on", StringComparison.Ordinal));

        await ProveAsync(lab, port);
    }

    private async Task ProveAsync(AdminLab lab, int port)
    {
        var operations = await OperationsAsync(lab);
        using var live = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await live.SendAsync(1);
        await live.ReceiveAsync(1);
        var before = await StateAsync(lab);
        var sockets = await lab.SocketsAsync();
        var seed = Environment.GetEnvironmentVariable("PROXIFY_SEED") is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"PROXIFY_SEED={seed}");

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(lane => Task.Run(() => PlayAsync(lab, port, operations, lane, seed))));

        // Each kind of answer has been met: nearly everything was understood as far as it goes.
        var statuses = answers.SelectMany(static a => a).GroupBy(static a => a).ToDictionary(static g => g.Key, static g => g.Count());
        output.WriteLine(string.Join(", ", statuses.OrderBy(static s => s.Key).Select(static s => $"{s.Key}: {s.Value}")));
        Assert.All([200, 400, 403, 404, 405], status => Assert.True(statuses.ContainsKey(status), $"no answer was {status}, seed {seed}"));
        Assert.DoesNotContain(statuses.Keys, static status => status >= 500 && status != 505); // another version of HTTP
        Assert.DoesNotContain(lab.Proxify.Events, static e => e.Level is "error" or "fatal" || e.Event is "SessionsKilled" or "ConfigReloaded");
        Assert.Equal(before, await StateAsync(lab));
        await live.SendAsync(1);
        await live.ReceiveAsync(1);
        await Patience.Eventually(() => lab.Proxify.Sockets <= sockets);
    }

    private static async Task<(string, string)[]> OperationsAsync(AdminLab lab)
    {
        var paths = JsonNode.Parse((await lab.AskAsync("/v1/openapi.json")).Text)!["paths"]!.AsObject();
        var described = paths.SelectMany(path => path.Value!.AsObject().Select(method => (method.Key.ToUpperInvariant(), Filled(path.Key))));
        return [.. described, ("GET", "/dashboard.js")];

        string Filled(string path) =>
            path.Replace("{app}", "app").Replace("{target}", Config.Local(lab.Targets[0])).Replace("{port}", $"{lab.Lab.Port()}");
    }

    /// <summary>What a change would show in: the generation, changes, sessions; and that debug lines are not logged.</summary>
    private static async Task<string> StateAsync(AdminLab lab)
    {
        var status = (await lab.AskAsync("/v1/status")).Ok();
        var level = (await lab.AskAsync("/v1/log-level", "PUT", """{"level":"info"}""")).Ok().GetProperty("before");
        return $"{status.GetProperty("generation")} {status.GetProperty("changes")} {status.GetProperty("sessions")} {status.GetProperty("pid")} {level}";
    }

    private static async Task<List<int>> PlayAsync(AdminLab lab, int port, (string, string)[] operations, int lane, ulong seed)
    {
        var random = new PCG((uint)lane, seed);
        var fuzzer = new RequestFuzzer(random, operations);
        var statuses = new List<int>();
        for (var i = lane; i < Count; i += AtOnce)
        {
            var answer = await SendAsync(lab, port, fuzzer.Next(), random);
            foreach (Match status in Status().Matches(answer))
                statuses.Add(int.Parse(status.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        return statuses;
    }

    /// <summary>In one piece or several; then it says that no more comes, or takes its leave without having read.</summary>
    private static async Task<string> SendAsync(AdminLab lab, int port, byte[] request, PCG random)
    {
        using var socket = lab.Lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        var answer = new MemoryStream();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port).Within();
            var pieces = 1 + (int)random.Next(4);
            foreach (var piece in request.Chunk(Math.Max(1, (request.Length + pieces - 1) / pieces)))
                await socket.SendAsync(piece).Within();
            if (random.Next(10) == 0)
                return "";
            // The server takes whoever has ended his side for gone, and half a request has no answer: those who have one get it first, as a rule.
            await Task.Run(() => socket.Poll(Moment, SelectMode.SelectRead));
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[16 * 1024];
            while (await socket.ReceiveAsync(buffer).Within(what: $"the end of the answer to {Convert.ToBase64String(request)}") is > 0 and var count)
                answer.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // It has had enough.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    [GeneratedRegex(@"^HTTP/1\.[01] (\d{3}) ", RegexOptions.Multiline)]
    private static partial Regex Status();
}
