using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Framed;

/// <summary>
/// Random commands, each with one reply that depends on nothing but what came before it: what tells a time, an id or an order that redis draws by chance is
/// not among them. Letters in braces are drawn.
/// </summary>
internal sealed partial class RedisCommandTexts(Random random, string prefix)
{
    private const string Data =
        """
        GET {s}|GET {s}|GET {s}|SET {s} {v}|SET {s} {v}|SET {s} {n}|SET {s} {v} NX|SET {s} {n} XX GET|SET {s} {v} KEEPTTL|SETNX {s} {v}|GETSET {s} {v}
        GETDEL {s}
        APPEND {s} {w}|STRLEN {s}|SETRANGE {s} {i} {w}|GETRANGE {s} {i} -1|INCR {s}|DECR {s}|INCRBY {s} {n}|DECRBY {s} {n}|INCRBYFLOAT {s} 1.25
        MSET {s} {v} {s} {n}|MGET {s} {s} {k}|MSETNX {s} {w} {s} {w}|SETBIT {s} {n} 1|GETBIT {s} {n}|BITCOUNT {s}|BITPOS {s} 1|BITOP AND {s} {s} {s}
        BITFIELD {s} INCRBY u8 {i} {i} GET i5 {i}|DUMP {s}|OBJECT ENCODING {k}|TYPE {k}|EXISTS {k} {k}|DEL {k}|UNLINK {k} {k}|COPY {s} {s} REPLACE
        RENAME {s} {s}
        EXPIREAT {k} 4102444800|PEXPIREAT {s} 4102444800123 NX|EXPIRETIME {k}|PEXPIRETIME {k}|PERSIST {k}|EXPIRE {s} -1|PEXPIRE {s} 0|TTL {m}
        GETEX {s} EXAT 4102444800
        SET {s} {v} PXAT 4102444800123|SETEX {s} 0 {w}|TOUCH {k} {k}|SORT {l} ALPHA|SORT {l} ALPHA DESC LIMIT 0 3
        HSET {h} {f} {w}|HSET {h} {f} {n} {f} {w}|HGET {h} {f}|HGET {h} {f}|HMGET {h} {f} {f}|HGETALL {h}|HKEYS {h}|HVALS {h}|HLEN {h}|HDEL {h} {f}
        HEXISTS {h} {f}
        HINCRBY {h} {f} {n}|HINCRBYFLOAT {h} {f} 0.5|HSETNX {h} {f} {w}|HSTRLEN {h} {f}|HSCAN {h} 0|HMSET {h} {f} {w}|HSET {g} {f} {v}|HGET {g} {f}|HLEN {g}
        LPUSH {l} {v}|RPUSH {l} {w} {w}|LPOP {l}|RPOP {l} 2|LRANGE {l} 0 -1|LLEN {l}|LINDEX {l} {i}|LSET {l} {i} {w}|LREM {l} 0 {w}|LTRIM {l} 0 20
        LPOS {l} {w}
        LINSERT {l} BEFORE {w} {w}|RPOPLPUSH {l} {l}|LMOVE {l} {l} LEFT RIGHT|LMPOP 2 {l} {l} LEFT COUNT 2|LPUSHX {l} {w}
        SADD {t} {n} {i}|SREM {t} {n}|SMEMBERS {t}|SISMEMBER {t} {n}|SMISMEMBER {t} {n} {i}|SCARD {t}|SINTER {t} {t}|SUNION {t} {t}|SDIFF {t} {t}
        SMOVE {t} {t} {i}
        SUNIONSTORE {t} {t} {t}|SINTERCARD 2 {t} {t}|SSCAN {t} 0
        ZADD {z} {n} {w}|ZADD {z} NX CH {n} {w} {i} {w}|ZADD {z} INCR {i} {w}|ZINCRBY {z} 1.5 {w}|ZSCORE {z} {w}|ZMSCORE {z} {w} {w}|ZRANK {z} {w}
        ZREVRANK {z} {w}
        ZRANGE {z} 0 -1 WITHSCORES|ZRANGEBYSCORE {z} -inf {n}|ZRANGE {z} {i} {n} BYSCORE REV LIMIT 0 2|ZREVRANGE {z} 0 3|ZCOUNT {z} 0 {n}|ZCARD {z}
        ZREM {z} {w}
        ZPOPMIN {z}|ZPOPMAX {z} 2|ZREMRANGEBYRANK {z} 0 0|ZUNIONSTORE {z} 2 {z} {z}|ZINTER 2 {z} {z} WITHSCORES|ZRANGESTORE {z} {z} 0 5|ZLEXCOUNT {z} - +
        XADD {x} {n}-{i} f {v}|XLEN {x}|XRANGE {x} - +|XREVRANGE {x} + - COUNT 2|XREAD COUNT 2 STREAMS {x} 0|XDEL {x} {n}-{i}|XTRIM {x} MAXLEN 5
        XREAD BLOCK 1 STREAMS {m} 0|XGROUP CREATE {x} {f} 0 MKSTREAM|XREADGROUP GROUP {f} me COUNT 1 STREAMS {x} >|XACK {x} {f} {n}-{i}|XPENDING {x} {f}
        PFADD {p} {w} {w}|PFCOUNT {p} {p}|PFMERGE {p} {p}|GEOADD {o} 13.361389 38.115556 {w}|GEOPOS {o} {w}|GEOHASH {o} {w}
        GEOSEARCH {o} FROMLONLAT 15 37 BYRADIUS 200 km ASC
        BLPOP {l} {m} 0.002|BRPOP {m} 0.002|BLMOVE {l} {l} LEFT RIGHT 0.002|BZPOPMIN {z} {m} 0.002|BLMPOP 0.002 1 {l} LEFT|BRPOPLPUSH {m} {l} 0.002|WAIT 0 0
        WAIT 3 2
        EVAL return{KEYS[1],ARGV[1],1,false} 1 {s} {v}|EVAL return(redis.call('INCR',KEYS[1])) 1 {s}|EVAL return(redis.call('GET',KEYS[1])) 1 {k}
        EVAL return(redis.pcall('LPUSH',KEYS[1],ARGV[1])) 1 {k} {w}|EVAL return(redis.error_reply('ODD')) 0|EVAL error('thrown') 0|EVAL return( 0
        EVAL_RO return(redis.call('SET',KEYS[1],'x')) 1 {s}|EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0
        EVALSHA ffffffffffffffffffffffffffffffffffffffff 0
        EVAL redis.setresp(3)return(redis.call('HGETALL',KEYS[1])) 1 {h}|EVAL return(redis.call('SELECT',1)) 0
        SCRIPT EXISTS ffffffffffffffffffffffffffffffffffffffff
        SCRIPT LOAD return(1)|FCALL {f} 0|FUNCTION LIST LIBRARYNAME {f}
        PING|PING {v}|ECHO {v}|ECHO {b}|SELECT 99|SELECT x|SWAPDB 0 x|COMMAND COUNT|COMMAND INFO GET|COMMAND GETKEYS SET {s} {w}|CONFIG GET maxmemory-samples
        MEMORY NOSUCH
        GET|GET {s} {s}|SET {s}|SET {s} {w} EX|SET {s} {w} EX no|INCRBY {s} no|EXPIRE {s} no|LPUSH {l}|HSET {h} {f}|ZADD {z} no {w}|NOSUCH {v}|nosuch|GeT {s}
        INCR {k}|LPUSH {k} {w}|HSET {k} {f} {w}|SADD {k} {i}|ZADD {k} 1 {w}|XADD {k} 9-9 f v|GET {k}|OBJECT NOSUCH|OBJECT FREQ {m}|DEBUG NOSUCH
        CLUSTER NOSUCH|EXEC|DISCARD|UNWATCH
        CLIENT GETNAME|CLIENT NOSUCH|CLIENT UNPAUSE|CLIENT NO-EVICT on|CLIENT CACHING yes|ACL WHOAMI|AUTH wrong|AUTH nobody wrong|READONLY|READWRITE|ASKING
        PUBSUB NUMSUB {m}
        """;

    private static readonly string[] s_all = Data.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A command, in the bytes of a client.</summary>
    public string Next() => Of(s_all[random.Next(s_all.Length)]);

    public string Of(string text) => Resp.Request([.. text.Split(' ').Select(word => Placeholder().Replace(word, Draw))]);

    public string Value() => random.Next(400) switch
    {
        0 => Bytes(random.Next(500_000, 1_200_000)),
        < 8 => Bytes(random.Next(10_000, 100_000)),
        < 40 => Bytes(random.Next(200, 5_000)),
        < 80 => "a\r\nb\0\xff\r\n$3\r\n",
        < 100 => "",
        _ => Word(),
    };

    private string Draw(Match placeholder) => placeholder.ValueSpan[1] switch
    {
        'v' => Value(),
        'w' => Word(),
        'b' => Bytes(random.Next(70_000)),
        'n' => $"{random.Next(-20, 1_000)}",
        'i' => $"{random.Next(8)}",
        'f' => $"f{random.Next(4)}",
        'k' => Key("shlztxgpo"[random.Next(9)]),
        'm' => $"{prefix}missing",
        var kind => Key(kind),
    };

    private string Key(char kind) => $"{prefix}{kind}{(random.Next(5) is var i and > 0 ? $"{i}" : "\0\r\n\xfe")}";

    private string Word() => $"w{random.Next(30)}";

    private string Bytes(int count) => string.Create(count, random, static (text, random) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)random.Next(256);
    });

    [GeneratedRegex(@"\{[a-z]\}")]
    private static partial Regex Placeholder();
}
