using System.Collections.Frozen;

namespace Proxify.Framing.Redis;

/// <summary>
/// What commands do to the connection that they come over. Those that are not here want one of their own: what a server will know tomorrow, or a module, is
/// then right, only slower. (https://redis.io/docs/latest/commands/ ; those of Valkey and KeyDB are the same.)
/// </summary>
internal static class RedisCommands
{
    /// <summary>The longest name that is known.</summary>
    private const int LongestName = 24;

    private static readonly FrozenDictionary<string, RequestClass> All = Table();

    private static readonly FrozenDictionary<string, RequestClass>.AlternateLookup<ReadOnlySpan<char>> ByName = All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>In upper case.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Whether the table has it.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> name) => TryFind(name, out _);

    /// <param name="name">In any case.</param>
    public static RequestClass Find(ReadOnlySpan<byte> name) => TryFind(name, out var found) ? found : RequestClass.Own;

    private static bool TryFind(ReadOnlySpan<byte> name, out RequestClass found)
    {
        found = default;
        if (name.Length > LongestName)
            return false;
        Span<char> upper = stackalloc char[LongestName];
        for (var i = 0; i < name.Length; i++)
            upper[i] = (char)(name[i] is >= (byte)'a' and <= (byte)'z' ? name[i] - 32 : name[i]);
        return ByName.TryGetValue(upper[..name.Length], out found);
    }

    private static FrozenDictionary<string, RequestClass> Table() => new (RequestClass Class, string Names)[]
    {
        (RequestClass.Read, """
            PING ECHO TIME LASTSAVE INFO COMMAND DBSIZE SCAN RANDOMKEY EXISTS TYPE TTL PTTL EXPIRETIME PEXPIRETIME TOUCH DUMP OBJECT SORT_RO
            GET MGET STRLEN GETRANGE SUBSTR LCS GETBIT BITCOUNT BITPOS BITFIELD_RO
            HGET HMGET HGETALL HKEYS HVALS HLEN HEXISTS HSTRLEN HRANDFIELD HSCAN HTTL HPTTL HEXPIRETIME HPEXPIRETIME
            LRANGE LINDEX LLEN LPOS
            SMEMBERS SISMEMBER SMISMEMBER SCARD SRANDMEMBER SSCAN SINTER SUNION SDIFF SINTERCARD
            ZSCORE ZMSCORE ZRANK ZREVRANK ZRANGE ZRANGEBYSCORE ZRANGEBYLEX ZREVRANGE ZREVRANGEBYSCORE ZREVRANGEBYLEX ZCARD ZCOUNT ZLEXCOUNT ZSCAN ZRANDMEMBER
            ZINTER ZUNION ZDIFF ZINTERCARD
            GEOPOS GEODIST GEOHASH GEOSEARCH GEORADIUS_RO GEORADIUSBYMEMBER_RO PFCOUNT XRANGE XREVRANGE XLEN XPENDING XINFO
            """),
        (RequestClass.Write, """
            CONFIG CLUSTER SENTINEL LATENCY SLOWLOG BGSAVE BGREWRITEAOF
            DEL UNLINK EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST RENAME RENAMENX COPY RESTORE SORT PUBLISH SPUBLISH
            SET SETNX SETEX PSETEX GETSET GETDEL GETEX MSET MSETNX APPEND INCR DECR INCRBY DECRBY INCRBYFLOAT SETRANGE SETBIT BITOP BITFIELD
            HSET HSETNX HMSET HDEL HINCRBY HINCRBYFLOAT HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HPERSIST HGETDEL HGETEX HSETEX
            LPUSH RPUSH LPUSHX RPUSHX LPOP RPOP LSET LINSERT LREM LTRIM RPOPLPUSH LMOVE LMPOP
            SADD SREM SPOP SMOVE SINTERSTORE SUNIONSTORE SDIFFSTORE
            ZADD ZINCRBY ZREM ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX ZPOPMIN ZPOPMAX ZMPOP ZUNIONSTORE ZINTERSTORE ZDIFFSTORE ZRANGESTORE
            GEOADD GEORADIUS GEORADIUSBYMEMBER GEOSEARCHSTORE PFADD PFMERGE XADD XDEL XTRIM XACK XCLAIM XAUTOCLAIM XGROUP XSETID
            """),
        (RequestClass.Alone, """
            BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP XREAD XREADGROUP KEYS
            MEMORY SAVE EVAL EVAL_RO EVALSHA EVALSHA_RO FCALL FCALL_RO FUNCTION FLUSHDB FLUSHALL MIGRATE
            """),
        (RequestClass.Exclusive, "WAIT WAITAOF"),
    }.SelectMany(static row => row.Names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), static (row, name) => (row.Class, name))
        .ToFrozenDictionary(static row => row.name, static row => row.Class, StringComparer.Ordinal);
}
