using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A tree of nodes that grows in the order of the text.</summary>
internal sealed class ConfigTree
{
    private readonly Stack<ConfigNode> _open = new();
    private ConfigMember _key = new("", default, null!);

    public ConfigNode? Root { get; private set; }

    /// <summary>The innermost object or array that has not ended yet.</summary>
    public ConfigNode? Open => _open.TryPeek(out var node) ? node : null;

    public int Count { get; private set; }

    /// <summary>The key of the next value.</summary>
    public void Key(string name, TextPosition at) => _key = new ConfigMember(name, at, null!);

    public void Add(ConfigNode node)
    {
        Count++;
        if (Open is not { } container)
            Root = node;
        else if (container.Kind == JsonValueKind.Object)
            container.Members.Add(_key with { Value = node });
        else
            container.Items.Add(node);

        if (node.Kind is JsonValueKind.Object or JsonValueKind.Array)
            _open.Push(node);
    }

    /// <summary>The innermost object or array ends.</summary>
    public void Close() => _open.Pop();
}
