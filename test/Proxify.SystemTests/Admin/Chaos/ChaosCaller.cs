using System.Net;
using System.Text;
using CsCheck;

namespace Proxify.SystemTests.Admin.Chaos;

/// <summary>Calls the admin API at random: each of its routes, well and badly.</summary>
/// <param name="lab">With the proxy.</param>
/// <param name="http">To its socket.</param>
/// <param name="journal">Told of what may cost sessions.</param>
/// <param name="operations">Of the API's description, with their parameters in braces.</param>
/// <param name="random">Decides everything.</param>
internal sealed class ChaosCaller(ChaosLab lab, HttpClient http, Journal journal, (string Method, string Path)[] operations, PCG random)
{
    /// <summary>And the two after it are opened and closed.</summary>
    private const int ExtraPort = 19_000;

    public List<(string Operation, int Status)> Answers { get; } = [];

    public async Task CallAsync()
    {
        var (method, path) = operations[Below(operations.Length)];
        var app = ChaosLab.AppOf(Below(2));
        var target = Config.Local(lab.Targets[app][Below(3)]);
        var query = Query(path, app, target);
        var filled = path.Replace("{app}", Odd(app)).Replace("{target}", Odd(target)).Replace("{port}", Odd($"{ExtraPort + Below(3)}"));
        await (Kind(method, path, query) is { } kind ? journal.NoteAsync(kind, app, null, Ask) : Ask());

        Task<HttpStatusCode> Ask() => AskAsync($"{method} {path}", method, filled + query, Body(path));
    }

    private async Task<HttpStatusCode> AskAsync(string operation, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, Below(10) == 0 ? "text/plain" : "application/json");
        if (Below(10) == 0)
            request.Headers.TryAddWithoutValidation("If-Match", Of(["*", "\"1\"", "\"99999999\"", "W/\"1\"", "x", ""]));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            // A stream of events has no end: who has had enough of it leaves.
            if (!operation.EndsWith("/stream", StringComparison.Ordinal))
                _ = await response.Content.ReadAsByteArrayAsync();
            Answers.Add((operation, (int)response.StatusCode));
            return response.StatusCode;
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"no answer to {method} {path} {body}", e);
        }
    }

    /// <summary>What sessions may end by, where the call is taken.</summary>
    private static DeedKind? Kind(string method, string path, string query) => path switch
    {
        "/v1/sessions" when method == "DELETE" => DeedKind.Kill,
        _ when path.EndsWith("/disable", StringComparison.Ordinal) => DeedKind.Kill,
        _ when path.EndsWith("/drain", StringComparison.Ordinal) => query.Length > 0 ? DeedKind.Kill : DeedKind.Weights,
        _ when path.EndsWith("/weight", StringComparison.Ordinal) => DeedKind.Weights,
        _ when path.EndsWith("/targets/{target}", StringComparison.Ordinal) => DeedKind.Removal,
        _ when path.EndsWith("/pause", StringComparison.Ordinal) => DeedKind.Pause,
        _ => null,
    };

    private string Query(string path, string app, string target) => path switch
    {
        // Sessions of the untouched app are nobody's to end.
        "/v1/sessions" => $"?app={app}" + Of(["", "", $"&target={target}", "&client=127.0.0.1", "&id=x", "&limit=1",
            "&limit=0", "&skip=-1", "&app=x", "&client="]),
        "/metrics" or "/v1/targets" => Of(["", $"?app={app}", "?app=x", "?targets=0", "?targets=x"]),
        "/v1/events" or "/v1/events/stream" => Of(["", "?after=0", "?after=-1", "?after=99999999999999999999"]),
        _ when path.EndsWith("/drain", StringComparison.Ordinal) => Of(["", "?within=0s", "?within=1s", "?within=-1s", "?within=x"]),
        _ => Below(20) == 0 ? "?x=y" : "",
    };

    private string? Body(string path) => path switch
    {
        "/v1/log-level" => Of(["""{"level":"info"}""", """{"level":"debug"}""", """{"level":"x"}""", """{"level":7}""", "", "[]"]),
        "/v1/apps/{app}/targets" => Of(
        [
            """{"target":"127.0.0.1:9"}""", """{"target":"127.0.0.1:9","weight":256,"backup":true}""", """{"target":"127.0.0.1:9","weight":257}""",
            """{"target":"127.0.0.1:99999"}""", """{"target":null}""", """{"target":"127.0.0.1:9","weight":1e99}""",
            $$"""{"target":"{{new string('a', 5000)}}:1"}""",
            .. lab.Targets[ChaosLab.AppOf(Below(2))].Select(static port => $$"""{"target":"127.0.0.1:{{port}}"}"""),
        ]),
        _ when path.EndsWith("/weight", StringComparison.Ordinal) => Of(
            ["""{"weight":1}""", """{"weight":256}""", """{"weight":0}""", """{"weight":null}""", """{"weight":-1}""", """{"weight":"1"}""",
                """{"weight":1""", "1"]),
        _ => null,
    };

    private string Odd(string value) => Below(10) == 0 ? Of(["", "x", "-1", "0", "70000", "1e9", "%00", "..", "%F0%9F%90%91", new string('a', 3000)]) : value;

    private string Of(string[] some) => some[Below(some.Length)];

    private int Below(int bound) => (int)random.Next((uint)bound);
}
