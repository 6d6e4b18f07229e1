namespace Proxify.Tests.Caching;

/// <summary>What a store would be that goes by the last use alone, and whose entries cost nothing besides.</summary>
internal sealed class Lru(long bound)
{
    private readonly LinkedList<(string Key, int Bytes)> _byUse = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, int Bytes)>> _entries = [];
    private long _bytes;

    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>Asks for a key; one that is not there is taken in.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Ask(string key, int bytes)
    {
        if (_entries.TryGetValue(key, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return true;
        }

        _entries.Add(key, _byUse.AddFirst((key, bytes)));
        for (_bytes += bytes; _bytes > bound; _bytes -= _byUse.Last!.Value.Bytes, _byUse.RemoveLast())
            _entries.Remove(_byUse.Last!.Value.Key);
        return false;
    }
}
