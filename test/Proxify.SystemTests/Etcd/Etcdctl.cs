using System.Text;
using System.Text.Json;

namespace Proxify.SystemTests.Etcd;

/// <summary>etcd's own command, by which tests write configs and see what the proxy has written.</summary>
/// <param name="lab">Where it runs.</param>
/// <param name="endpoints">Of the etcds that it asks.</param>
/// <param name="options">Of all its calls, such as <c>--user</c>.</param>
internal sealed class Etcdctl(Lab lab, string endpoints, params string[] options)
{
    public Task<ToolResult> RunAsync(params string[] words) => RunAsync(words, "");

    public Task<ToolResult> RunWithInputAsync(string input, params string[] words) => RunAsync(words, input);

    public async Task<string> SucceedAsync(params string[] words) => (await RunAsync(words)).Succeeded().Output;

    public async Task PutAsync(string key, string value) => (await RunAsync(["put", key], value)).Succeeded();

    /// <summary>Many at once: as few changes as etcd takes them in.</summary>
    public async Task PutAllAsync(IEnumerable<(string Key, string Value)> pairs)
    {
        foreach (var part in pairs.Chunk(EtcdServer.OperationsPerTransaction))
        {
            var puts = string.Concat(part.Select(static pair => $"put {pair.Key} {JsonSerializer.Serialize(pair.Value)}\n"));
            (await RunAsync(["txn"], $"\n{puts}\n\n")).Succeeded();
        }
    }

    /// <summary>One change each, as fast as they go: over etcd's own JSON, since a process for each would take minutes.</summary>
    public async Task PutEachAsync(IEnumerable<(string Key, string Value)> pairs)
    {
        var requests = pairs.Select(pair =>
            $$"""
            url = "http://{{endpoints}}/v3/kv/put"
            data = "{\"key\":\"{{Base64(pair.Key)}}\",\"value\":\"{{Base64(pair.Value)}}\"}"
            output = "/dev/null"
            fail
            silent
            """);
        (await lab.RunAsync([Tool.Require("curl", "curl"), "--config", "-"], string.Join("\nnext\n", requests))).Succeeded();
    }

    /// <summary>Gives a value another key, in one step.</summary>
    public async Task MoveAsync(string from, string to, string value) =>
        (await RunAsync(["txn"], $"\ndel {from}\nput {to} {JsonSerializer.Serialize(value)}\n\n\n")).Succeeded();

    /// <summary>The bytes of a file.</summary>
    public async Task PutFileAsync(string key, string path) =>
        (await lab.RunAsync(["sh", "-c", "file=$1; shift; exec \"$@\" < \"$file\"", "sh", path, .. Command(["put", key])])).Succeeded();

    public Task DeleteAsync(params string[] words) => SucceedAsync(["del", .. words]);

    /// <summary>What a key has; null: there is none.</summary>
    public async Task<string?> GetAsync(string key)
    {
        var found = JsonDocument.Parse(await SucceedAsync("get", key, "-w", "json")).RootElement;
        return found.TryGetProperty("kvs", out var pairs) ? Text(pairs[0], "value") : null;
    }

    public async Task<string[]> KeysAsync(string prefix) =>
        (await SucceedAsync("get", "--prefix", prefix, "--keys-only")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The newest, of the whole store.</summary>
    public async Task<long> RevisionAsync() =>
        JsonDocument.Parse(await SucceedAsync("get", "nothing", "-w", "json")).RootElement.GetProperty("header").GetProperty("revision").GetInt64();

    /// <summary>Forgets all that was before the newest revision.</summary>
    public async Task CompactAsync() => await SucceedAsync("compact", $"{await RevisionAsync()}", "--physical");

    /// <summary>Of the lease under which a key is, in hexadecimal digits.</summary>
    public async Task<string> LeaseAsync(string key)
    {
        var pair = JsonDocument.Parse(await SucceedAsync("get", key, "-w", "json")).RootElement.GetProperty("kvs")[0];
        return $"{pair.GetProperty("lease").GetInt64():x16}";
    }

    /// <summary>For which a lease was granted, and what is left of that; in seconds.</summary>
    public async Task<(int Granted, int Left)> TimeAsync(string lease)
    {
        var json = JsonDocument.Parse(await SucceedAsync("lease", "timetolive", lease, "-w", "json")).RootElement;
        return (json.GetProperty("granted-ttl").GetInt32(), json.GetProperty("ttl").GetInt32());
    }

    private Task<ToolResult> RunAsync(string[] words, string input) => lab.RunAsync(Command(words), input);

    private string[] Command(string[] words) => [Tool.Require("etcdctl", "etcd-client"), "--endpoints", endpoints, .. options, .. words];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(JsonElement pair, string name) =>
        pair.TryGetProperty(name, out var value) ? Encoding.UTF8.GetString(value.GetBytesFromBase64()) : "";
}
