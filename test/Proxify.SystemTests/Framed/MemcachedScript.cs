namespace Proxify.SystemTests.Framed;

/// <summary>Random requests to memcached, whose replies depend on nothing but what came before them.</summary>
internal sealed class MemcachedScript(Random random, string prefix)
{
    private static readonly string[] s_one =
    [
        "set {k} {n} 0 {v}", "set {k} {n} 0 {v}", "set {k} 0 0 {d}", "add {k} 0 0 {v}", "replace {k} 1 0 {v}", "append {k} 0 0 {d}", "prepend {k} 0 0 {d}",
        "cas {k} 0 0 {c}", "delete {k}", "incr {k} {n}", "decr {k} 0", "touch {k} 0", "set {k} 0 -1 {v}", "incr {k} no", "touch {k}", "nosuch {k}", "get",
        "mg {k} v f t s k Oopaque", "mg {k} v", "mg {k}", "mg {k} s v E1", "ms {k} {m}", "ms {k} {m}", "md {k}", "md {k} Oopaque k", "ma {k} v", "ma {k} N0 J7 v",
        "mn", "me {m0}", "delete {k} 0", "delete {k} nonsense", "mg {l} v", "verbosity",
    ];

    private static readonly string[] s_toEnd = ["get {k}", "get {k} {k} {k}", "gets {m0}", "gat 0 {k} {k}"];

    private static readonly string[] s_none =
    [
        "set {k} 0 0 {u}", "delete {k} noreply", "incr {k} 1 noreply", "touch {k} 0 noreply", "mg {m0} v q", "ms {k} {q}", "ms {k} 0 q\r\n\r\nmd {k} q",
    ];

    public MemcachedRequest Next() => random.Next(10) switch
    {
        < 6 => Make(s_one, MemcachedLines.One),
        < 9 => Make(s_toEnd, MemcachedLines.ToEnd),
        _ => Make(s_none, MemcachedLines.None),
    };

    private MemcachedRequest Make(string[] all, MemcachedLines lines)
    {
        var text = all[random.Next(all.Length)].Replace("{k}", Key(), StringComparison.Ordinal).Replace("{n}", $"{random.Next(50)}", StringComparison.Ordinal)
            .Replace("{m0}", prefix + "missing", StringComparison.Ordinal).Replace("{l}", new string('l', 251), StringComparison.Ordinal);
        var value = Value();
        var open = text.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            return new(text + "\r\n", lines);
        return new(text[..open] + text[open..] switch
        {
            "{d}" => "2\r\n41\r\n",
            "{c}" => $"{value.Length} 900000000\r\n{value}\r\n",
            "{u}" => $"{value.Length} noreply\r\n{value}\r\n",
            "{m}" => $"{value.Length} T0 F5\r\n{value}\r\n",
            "{q}" => $"{value.Length} q\r\n{value}\r\n",
            _ => $"{value.Length}\r\n{value}\r\n",
        }, lines);
    }

    private string Key() => $"{prefix}k{random.Next(8)}";

    private string Value() => random.Next(20) switch
    {
        0 => "",
        1 => "END\r\nVALUE x 0 5\r\n\0\xff",
        2 => new string('v', random.Next(2_000, 200_000)),
        _ => $"{random.Next(1_000)}",
    };
}
