using System.Text.Json;

namespace Proxify.SystemTests.Framed;

/// <summary>A redis behind a proxy that can be asked what it sees.</summary>
internal sealed class SeenLab : IAsyncDisposable
{
    private SeenLab(Lab lab, RedisServer[] servers, int port, ProxifyProcess proxy) => (Lab, Servers, Port, Proxy) = (lab, servers, port, proxy);

    /// <summary>How the proxy is started where what is shared makes the difference: <c>sockets</c> relays.</summary>
    public static ProxifyOptions Sharing { get; } = new() { Transport = "uring" };

    public Lab Lab { get; }

    public RedisServer[] Servers { get; }

    public RedisServer Server => Servers[0];

    /// <summary>The app's.</summary>
    public int Port { get; }

    public ProxifyProcess Proxy { get; }

    private string Socket => SocketOf(Lab);

    /// <param name="servers">How many.</param>
    /// <param name="more">Of the app, in its config.</param>
    /// <param name="options">How the proxy is started; null: on <c>uring</c>, which alone shares connections.</param>
    public static async Task<SeenLab> CreateAsync(
        int servers = 1, Func<Config.AppText, Config.AppText>? more = null, ProxifyOptions? options = null)
    {
        var lab = await Lab.CreateAsync();
        var started = new RedisServer[servers];
        for (var i = 0; i < servers; i++)
        {
            started[i] = await RedisServer.StartAsync(lab);
            await Questioner.FillAsync(started[i]);
        }

        return await BeforeAsync(lab, started, [.. started.Select(static server => server.Port)], more, options);
    }

    /// <summary>The same before a target of another kind.</summary>
    public static Task<SeenLab> CreateAsync(Lab lab, int target, Func<Config.AppText, Config.AppText> more) =>
        BeforeAsync(lab, [], [target], more, options: null);

    private static async Task<SeenLab> BeforeAsync(
        Lab lab, RedisServer[] started, int[] targets, Func<Config.AppText, Config.AppText>? more, ProxifyOptions? options)
    {
        var port = lab.Port();
        var app = FramedApp.Redis(port, targets);
        var config = JsonSerializer.Serialize(new { Apps = new[] { (more?.Invoke(app) ?? app).Json }, Admin = new { Socket = SocketOf(lab) } });
        // One worker: how many connections there are depends on no chance.
        options = options is null
            ? Sharing with { Arguments = ["--workers", "1"] } : options with { Arguments = [.. options.Arguments, "--workers", "1"] };
        var proxy = await lab.StartProxifyAsync(config, options);
        await proxy.WaitForEventAsync("AdminListening");
        return new SeenLab(lab, started, port, proxy);
    }

    public Task<Resp> ConnectAsync() => Resp.ConnectAsync(Lab, Port);

    public async Task<JsonElement> AskAsync(string path, string method = "GET") => JsonDocument.Parse(await CurlAsync(path, method)).RootElement;

    public Task<string> MetricsAsync() => CurlAsync("/metrics", "GET");

    /// <summary>One of the program's commands that ask a running proxy.</summary>
    public async Task<string> CommandAsync(params string[] words) =>
        (await Lab.RunAsync([Repository.Binary, .. words, "--admin", Socket])).Succeeded().Output;

    /// <summary>The connections that clients share.</summary>
    public async Task<JsonElement[]> SharedAsync() => [.. (await AskAsync("/v1/sessions")).GetProperty("sessions").EnumerateArray()
        .Where(static session => session.GetProperty("shared_by").ValueKind != JsonValueKind.Null)];

    /// <summary>How many connections a server has, its own control aside.</summary>
    public static async Task<long> ConnectionsAsync(RedisServer server) => await server.FigureAsync("connected_clients") - 1;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
            server.Dispose();
        await Lab.DisposeAsync();
    }

    private async Task<string> CurlAsync(string path, string method) => (await Lab.RunAsync([
        Tool.Require("curl", "curl"), "-sS", "--fail-with-body", "-X", method, "--unix-socket", Socket, $"http://localhost{path}"])).Succeeded().Output;

    private static string SocketOf(Lab lab) => Path.Combine(lab.Directory, "admin.sock");
}
