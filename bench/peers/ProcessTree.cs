namespace Proxify.Peers;

/// <summary>A process and its descendants, such as nginx with its workers.</summary>
static class ProcessTree
{
    public static IReadOnlyList<int> Of(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), out var id) ? id : 0)
            .Where(id => id != 0)
            .Select(id => (Id: id, Parent: Stat(id) is [_, var parent, ..] ? int.Parse(parent) : 0))
            .ToLookup(process => process.Parent, process => process.Id);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(children[tree[i]]);
        return tree;
    }

    /// <summary>The fields of /proc/PID/stat from the third (state) on; empty when the process is gone.</summary>
    public static string[] Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            // The second field is the name in parentheses and may hold spaces, even parentheses (proc(5)).
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
