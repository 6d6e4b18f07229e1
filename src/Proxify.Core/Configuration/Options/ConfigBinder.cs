using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>What the options share while a text is read: the errors, and what an object's members are.</summary>
internal sealed class ConfigBinder(ErrorList errors)
{
    /// <summary>The paths whose values in the records mean nothing, because an error about them is already known: nobody complains about them again.</summary>
    public HashSet<string> Unreadable { get; } = new(StringComparer.Ordinal);

    public void Expected(string expected, string path, ConfigNode node) => Fail(path, node, $"expected {expected}, found {node.Describe()}");

    public void Fail(string path, ConfigNode node, string message)
    {
        Unreadable.Add(path);
        errors.Add(path, message, node.At);
    }

    /// <summary>
    /// The values by key, known keys only; empty when the node is no object. Of a duplicate key the first holds, and a misspelt one counts as the key that was
    /// meant, so that what is wrong inside is told along with it.
    /// </summary>
    public Dictionary<string, ConfigNode> Members(ConfigNode node, string path, IReadOnlyList<string> known, string example)
    {
        var members = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        if (node.Kind != JsonValueKind.Object)
            Expected(example, path, node);

        var unknown = new HashSet<string>(StringComparer.Ordinal);
        var meant = new List<ConfigMember>();
        foreach (var member in node.Members)
        {
            var isKnown = known.Contains(member.Name, StringComparer.Ordinal);
            if (isKnown ? !members.TryAdd(member.Name, member.Value) : !unknown.Add(member.Name))
                errors.Add(path, $"duplicate key {Quoted.Text(member.Name)}", member.At);
            else if (!isKnown)
                RejectKey(member, path, known, meant);
        }

        foreach (var member in meant)
        {
            // In the tree, too, where the validator's errors look for their places.
            if (members.TryAdd(member.Name, member.Value))
                node.Members.Add(member);
        }

        return members;
    }

    private void RejectKey(ConfigMember member, string path, IReadOnlyList<string> known, List<ConfigMember> meant)
    {
        var nearest = NearestName.Find(member.Name, known);
        var hint = nearest is null ? $"known keys: {string.Join(", ", known)}" : $"did you mean \"{nearest}\"?";
        errors.Add(path, $"unknown key {Quoted.Text(member.Name)}; {hint}", member.At);

        if (nearest is not null)
            meant.Add(member with { Name = nearest });
    }
}
