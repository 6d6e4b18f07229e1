using System.Text.Json;

namespace Proxify.SystemTests.Harness;

/// <summary>One line of the proxy's JSON log.</summary>
internal sealed class LogEvent
{
    private readonly JsonElement _json;

    private LogEvent(JsonElement json) => _json = json;

    public string Event => Text("event") ?? "";

    public string Level => Text("level") ?? "";

    public string Message => Text("message") ?? "";

    public string? Reason => Text("reason");

    public string? App => Text("app");

    public static LogEvent Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new LogEvent(document.RootElement.Clone());
    }

    public IEnumerable<string> Names => _json.EnumerateObject().Select(static property => property.Name);

    /// <summary>When it was written.</summary>
    public DateTimeOffset Time => _json.GetProperty("time").GetDateTimeOffset();

    public bool Has(string name) => _json.TryGetProperty(name, out _);

    public string? Text(string name) => _json.TryGetProperty(name, out var value) ? value.ToString() : null;

    public bool IsNull(string name) => _json.GetProperty(name).ValueKind == JsonValueKind.Null;

    public double Number(string name) => _json.GetProperty(name).GetDouble();

    public override string ToString() => _json.ToString();
}
