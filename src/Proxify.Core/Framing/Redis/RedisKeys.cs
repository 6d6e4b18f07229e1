using System.Collections.Frozen;

namespace Proxify.Framing.Redis;

/// <summary>
/// Where the keys of commands are, of those that may go over a shared connection (https://redis.io/docs/latest/develop/reference/key-specs/).
/// </summary>
internal static class RedisKeys
{
    /// <summary>Their replies depend on their first word, and on nothing but their own words: neither on chance, nor on the time.</summary>
    private static readonly FrozenDictionary<string, byte> Pure = Words("""
        GET STRLEN GETRANGE SUBSTR GETBIT BITCOUNT BITPOS HGET HMGET HGETALL HKEYS HVALS HLEN HEXISTS HSTRLEN LRANGE LINDEX LLEN LPOS
        SMEMBERS SISMEMBER SMISMEMBER SCARD ZSCORE ZMSCORE ZRANK ZREVRANK ZRANGE ZRANGEBYSCORE ZRANGEBYLEX ZREVRANGE ZREVRANGEBYSCORE ZREVRANGEBYLEX
        ZCARD ZCOUNT ZLEXCOUNT GEOPOS GEODIST GEOHASH GEOSEARCH GEORADIUS_RO GEORADIUSBYMEMBER_RO XRANGE XREVRANGE XLEN TYPE
        """);

    private static readonly FrozenDictionary<string, byte> None = Words("""
        PING ECHO TIME LASTSAVE DBSIZE SCAN RANDOMKEY PUBLISH SPUBLISH HELLO INFO COMMAND CONFIG CLUSTER SENTINEL LATENCY SLOWLOG BGSAVE BGREWRITEAOF WAIT
        WAITAOF
        """);

    private static readonly FrozenDictionary<string, byte> All = Words(
        "DEL UNLINK EXISTS TOUCH MGET SUNION SINTER SDIFF SUNIONSTORE SINTERSTORE SDIFFSTORE PFCOUNT PFMERGE");

    private static readonly FrozenDictionary<string, byte> EverySecond = Words("MSET MSETNX");

    private static readonly FrozenDictionary<string, byte> FirstTwo = Words("RENAME RENAMENX COPY RPOPLPUSH LMOVE SMOVE LCS GEOSEARCHSTORE ZRANGESTORE");

    /// <summary>Theirs are anywhere, or not in the request.</summary>
    private static readonly FrozenDictionary<string, byte> Anywhere = Words("""
        SORT SORT_RO BITOP OBJECT XGROUP XINFO GEORADIUS GEORADIUSBYMEMBER SINTERCARD LMPOP ZMPOP ZUNION ZINTER ZDIFF ZINTERCARD
        ZUNIONSTORE ZINTERSTORE ZDIFFSTORE
        """);

    public static bool TryGetPureKey(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> key)
    {
        var words = new RespWords(request);
        var isPure = Has(Pure, words.Next());
        key = isPure ? words.Next() : default;
        return !key.IsEmpty;
    }

    public static void Visit(ReadOnlySpan<byte> request, IKeyVisitor visitor)
    {
        var words = new RespWords(request);
        var name = words.Next();
        if (Has(None, name))
            return;
        if (Has(Anywhere, name))
        {
            visitor.OnAnyKey();
            return;
        }

        var most = Has(All, name) || Has(EverySecond, name) ? int.MaxValue : Has(FirstTwo, name) ? 2 : 1;
        var skipsValues = Has(EverySecond, name);
        for (var i = 0; i < most && words.HasMore; i++)
        {
            visitor.OnKey(words.Next());
            if (skipsValues)
                words.Next();
        }
    }

    private static bool Has(FrozenDictionary<string, byte> names, ReadOnlySpan<byte> name)
    {
        const int LongestName = 24;
        if (name.Length > LongestName)
            return false;
        Span<char> upper = stackalloc char[LongestName];
        for (var i = 0; i < name.Length; i++)
            upper[i] = (char)(name[i] is >= (byte)'a' and <= (byte)'z' ? name[i] - 32 : name[i]);
        return names.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(upper[..name.Length]);
    }

    private static FrozenDictionary<string, byte> Words(string names) => names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenDictionary(static name => name, static _ => (byte)0, StringComparer.Ordinal);
}
