using System.Text.Json.Serialization.Metadata;

namespace Proxify.Program.Admin;

/// <summary>Something that can be asked for or done.</summary>
/// <param name="Method">GET changes nothing.</param>
/// <param name="Path">Segments in braces are parameters: <c>/v1/apps/{app}</c>.</param>
/// <param name="Summary">For its description.</param>
/// <param name="Answer">Writes the answer.</param>
internal sealed record AdminRoute(string Method, string Path, string Summary, Func<AdminCall, Task> Answer)
{
    private readonly string[] _segments = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What the query may have, and what it means.</summary>
    public IReadOnlyList<(string Name, string Meaning)> Query { get; init; } = [];

    /// <summary>What the body is; null: there is none.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>What the answer is; null: no JSON.</summary>
    public JsonTypeInfo? Result { get; init; }

    /// <summary>For those, too, who may not read.</summary>
    public bool IsPublic { get; init; }

    public bool IsChange => Method != "GET";

    /// <summary>The parameters of a path by their names; null: it is another route's.</summary>
    /// <param name="segments">Decoded.</param>
    public Dictionary<string, string>? Match(string[] segments)
    {
        if (segments.Length != _segments.Length)
            return null;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i].StartsWith('{'))
                found[_segments[i][1..^1]] = segments[i];
            else if (_segments[i] != segments[i])
                return null;
        }

        return found;
    }
}
