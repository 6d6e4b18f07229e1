using System.Text.Json;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Admin;

/// <summary>A proxy with one app and two echoing targets, and curl to ask it.</summary>
internal sealed partial class AdminLab : IAsyncDisposable
{
    public const string Token = "the token";

    private readonly Lab _lab;

    private AdminLab(Lab lab, ProxifyProcess proxify, int port, int http, int[] targets) =>
        (_lab, Proxify, Port, Http, Targets) = (lab, proxify, port, http, targets);

    public Lab Lab => _lab;

    public ProxifyProcess Proxify { get; private set; }

    /// <summary>The app's.</summary>
    public int Port { get; }

    /// <summary>Where it answers on 127.0.0.1 over TCP.</summary>
    public int Http { get; }

    public int[] Targets { get; }

    public string Socket => Path.Combine(_lab.Directory, "admin.sock");

    public string TokenFile => Path.Combine(_lab.Directory, "token");

    /// <param name="options">How the proxy is started; null: as usual.</param>
    public static async Task<AdminLab> CreateAsync(ProxifyOptions? options = null)
    {
        var lab = await Lab.CreateAsync();
        var (port, http, targets) = (lab.Port(), lab.Port(), await lab.StartEchoAsync(2));
        File.WriteAllText(Path.Combine(lab.Directory, "token"), $"{Token}\n");
        var proxify = await lab.StartProxifyAsync(Config(lab, port, http, targets), options);
        await proxify.WaitForEventAsync("AdminListening");
        return new AdminLab(lab, proxify, port, http, targets);
    }

    public string Config(params int[] targets) => Config(_lab, Port, Http, targets);

    public string TargetPath(int target) => $"/v1/apps/app/targets/{Harness.Config.Local(Targets[target])}";

    /// <summary>Kills the proxy; a ring holds its listeners a little longer than the process.</summary>
    public async Task KillAsync(params int[] ports)
    {
        Proxify.Signal(Posix.SigKill);
        await Proxify.ExitAsync();
        await Patience.Eventually(() => Array.TrueForAll([Port, .. ports], _lab.IsRefused));
    }

    /// <summary>Starts another proxy in place of one that has ended.</summary>
    /// <param name="options">How.</param>
    /// <param name="config">Another config; null: the same.</param>
    public async Task StartAgainAsync(ProxifyOptions options, string? config = null)
    {
        config ??= await File.ReadAllTextAsync(Proxify.ConfigPath, TestContext.Current.CancellationToken);
        Proxify = await _lab.StartProxifyAsync(config, options);
        await Proxify.WaitForEventAsync("AdminListening");
    }

    /// <summary>Over the UNIX socket.</summary>
    public Task<Answer> AskAsync(string path, string method = "GET", string? body = null, params string[] headers) =>
        CurlAsync(["--unix-socket", Socket, $"http://localhost{path}"], method, body, headers);

    public Task<Answer> AskHttpAsync(string path, string method = "GET", string? body = null, params string[] headers) =>
        CurlAsync([$"http://127.0.0.1:{Http}{path}"], method, body, headers);

    /// <summary>One of the program's commands that ask a running proxy.</summary>
    public Task<ToolResult> CommandAsync(params string[] words) => _lab.RunAsync([Repository.Binary, .. words, "--admin", Socket]);

    /// <summary>
    /// How many it has when nothing goes on, or one more: the first that it accepts makes it open one of its own, as does the first check of each target.
    /// </summary>
    public async Task<int> SocketsAsync()
    {
        (await AskHttpAsync("/v1/status")).Ok();
        await Patience.Eventually(async () =>
            Checks().Match((await AskAsync("/metrics?app=app")).Text) is { Success: true } checks && int.Parse(checks.Groups[1].Value) >= Targets.Length);
        return Proxify.Sockets;
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private async Task<Answer> CurlAsync(string[] where, string method, string? body, string[] headers)
    {
        string[] sent = body is null ? [] : ["-H", "Content-Type: application/json", "--data-binary", body];
        var result = (await _lab.RunAsync([
            Tool.Require("curl", "curl"), "-sS", "-X", method, "-w", "\n%{http_code}", .. sent,
            .. headers.SelectMany(static h => (string[])["-H", h]), .. where])).Succeeded();
        var end = result.Output.LastIndexOf('\n');
        return new Answer(int.Parse(result.Output[(end + 1)..]), result.Output[..end]);
    }

    [GeneratedRegex("""proxify_health_checks_total\{app="app",result="good"\} (\d+)""")]
    private static partial Regex Checks();

    private static string Config(Lab lab, int port, int http, int[] targets) => JsonSerializer.Serialize(new
    {
        Apps = new[] { new { Name = "app", Ports = new[] { port }, Targets = targets.Select(Harness.Config.Local) } },
        Admin = new
        {
            Socket = Path.Combine(lab.Directory, "admin.sock"),
            Listen = new[] { $"127.0.0.1:{http}" },
            Token = Path.Combine(lab.Directory, "token"),
        },
    });

    internal sealed record Answer(int Status, string Text)
    {
        public JsonElement Json => JsonDocument.Parse(Text).RootElement;

        public JsonElement Ok()
        {
            Assert.True(Status == 200, $"{Status}: {Text}");
            return Json;
        }

        /// <summary>The words of an error.</summary>
        public string Error(int status)
        {
            Assert.True(Status == status, $"{Status}: {Text}");
            return Json.GetProperty("error").GetString()!;
        }
    }
}
