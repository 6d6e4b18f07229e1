using System.Text.Json;

namespace Proxify.SystemTests.Harness;

/// <summary>Config texts, as users write them.</summary>
internal static class Config
{
    public static string Of(params AppText[] apps) => JsonSerializer.Serialize(new { Apps = apps.Select(static app => app.Json) });

    public static string Of(object timeouts, params AppText[] apps) =>
        JsonSerializer.Serialize(new { Apps = apps.Select(static app => app.Json), Timeouts = timeouts });

    /// <summary>An app with one port.</summary>
    public static AppText App(string name, int port, params string[] targets) =>
        new(new() { ["Name"] = name, ["Ports"] = new[] { port }, ["Targets"] = targets });

    /// <summary>One app, <c>app</c>, with one target on 127.0.0.1.</summary>
    public static string Single(int port, int target) => Of(App("app", port, Local(target)));

    public static string Single(int port, int target, object timeouts) => Of(timeouts, App("app", port, Local(target)));

    public static string Local(int port) => $"127.0.0.1:{port}";

    internal sealed record AppText(Dictionary<string, object> Json)
    {
        public AppText With(string key, object value) => new(new Dictionary<string, object>(Json) { [key] = value });
    }
}
