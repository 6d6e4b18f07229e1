using System.Collections.Frozen;

namespace Proxify.Framing.Memcached;

/// <summary>The commands that may go over a shared connection. All others want one of their own.</summary>
internal static class MemcachedTable
{
    /// <summary>Of a value's line: its third word, <c>VALUE key flags 5</c>.</summary>
    public const byte ValueLengthWord = 3;

    /// <summary>Of a meta value's: <c>VA 5</c>.</summary>
    public const byte MetaValueLengthWord = 1;

    private const int AnyNumber = int.MaxValue;

    /// <summary>Beyond 20 tokens (MFLAG_MAX_OPT_LENGTH) a server takes the value for a command.</summary>
    private const int FewWords = 16;

    private static readonly FrozenDictionary<ulong, MemcachedCommand> All = new (string Name, MemcachedCommand Command)[]
    {
        ("get", new(true, 0, 2, AnyNumber, new(RequestClass.Read, ReplyShape.Values))),
        ("gets", new(true, 0, 2, AnyNumber, new(RequestClass.Read, ReplyShape.Values))),
        ("gat", new(true, 0, 3, AnyNumber, new(RequestClass.Write, ReplyShape.Values))),
        ("gats", new(true, 0, 3, AnyNumber, new(RequestClass.Write, ReplyShape.Values))),
        ("set", new(true, 4, 5, 5, new(RequestClass.Write))),
        ("add", new(true, 4, 5, 5, new(RequestClass.Write))),
        ("replace", new(true, 4, 5, 5, new(RequestClass.Write))),
        ("append", new(true, 4, 5, 5, new(RequestClass.Write))),
        ("prepend", new(true, 4, 5, 5, new(RequestClass.Write))),
        ("cas", new(true, 4, 6, 6, new(RequestClass.Write))),
        ("delete", new(true, 0, 2, 2, new(RequestClass.Write))),
        ("incr", new(true, 0, 3, 3, new(RequestClass.Write))),
        ("decr", new(true, 0, 3, 3, new(RequestClass.Write))),
        ("touch", new(true, 0, 3, 3, new(RequestClass.Write))),
        ("version", new(true, 0, 1, 1, new(RequestClass.Read))),
        ("mg", new(true, 0, 2, AnyNumber, new(RequestClass.Write, ReplyShape.Meta))), // its flags may change the item
        ("ms", new(true, 2, 3, FewWords, new(RequestClass.Write))),
        ("md", new(true, 0, 2, AnyNumber, new(RequestClass.Write))),
        ("ma", new(true, 0, 2, AnyNumber, new(RequestClass.Write, ReplyShape.Meta))),
        ("me", new(true, 0, 2, 2, new(RequestClass.Read))),
    }.ToFrozenDictionary(static row => Word(row.Name), static row => row.Command);

    public static ulong Value { get; } = Word("VALUE");

    public static ulong MetaValue { get; } = Word("VA");

    /// <summary>By the bytes of its name, the last one lowest.</summary>
    public static MemcachedCommand Find(ulong word) => All.TryGetValue(word, out var found) ? found : default;

    /// <summary>As <see cref="Find"/> takes it; 0: too long to be one of them.</summary>
    public static ulong Word(ReadOnlySpan<byte> name)
    {
        var word = 0ul;
        foreach (var one in name)
            word = (word << 8) | one;
        return name.Length > sizeof(ulong) ? 0 : word;
    }

    private static ulong Word(string name) => Word(System.Text.Encoding.ASCII.GetBytes(name));
}
