using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A JSON value that knows where in the text it stands.</summary>
/// <param name="kind">What it is.</param>
/// <param name="at">Its first byte.</param>
/// <param name="text">A string's value or a number as written; otherwise null.</param>
internal sealed class ConfigNode(JsonValueKind kind, TextPosition at, string? text = null)
{
    public JsonValueKind Kind { get; } = kind;

    public TextPosition At { get; } = at;

    public string Text { get; } = text ?? "";

    /// <summary>An object's members in the order written, duplicates included.</summary>
    public List<ConfigMember> Members { get; } = kind == JsonValueKind.Object ? [] : None<ConfigMember>.List;

    /// <summary>An array's items.</summary>
    public List<ConfigNode> Items { get; } = kind == JsonValueKind.Array ? [] : None<ConfigNode>.List;

    /// <summary>The node at a path such as <c>Apps[1].Ports[2]</c>, or the innermost one around it that exists.</summary>
    public ConfigNode Nearest(string path)
    {
        var node = this;
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = node.Kind == JsonValueKind.Array
                ? int.TryParse(step, out var index) ? node.Items.ElementAtOrDefault(index) : null
                : node.Members.Find(member => member.Name == step).Value;
            if (next is null)
                break;

            node = next;
        }

        return node;
    }

    /// <summary>How an error message names this value.</summary>
    public string Describe() => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Quoted.Text(Text),
        JsonValueKind.Number => Quoted.Cut(Text),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    // Scalars, which are most of the nodes, share one empty list that nobody adds to.
    private static class None<T>
    {
        public static readonly List<T> List = [];
    }
}
