using Proxify.Peers.Contenders;
using Proxify.Peers.Works;

namespace Proxify.Peers;

/// <summary>All works and contenders by name.</summary>
static class Catalogue
{
    static readonly string[] Relays = ["proxify", "haproxy", "nginx", "direct"];
    static readonly string[] Framers = ["proxify", "framed", "cached", "twemproxy", "direct"];

    public const string ContenderNames =
        "proxify, proxify:TRANSPORT, proxify+WATCHER, framed, framed:CONNECTIONS, cached, twemproxy, haproxy, nginx, direct, sketch";

    public static IReadOnlyList<string> WorkNames { get; } = [.. AllWorks(seconds: 1, connections: 1).Select(work => work.Name)];

    /// <summary>What the command line asks for: each work and who does it.</summary>
    public static IReadOnlyList<Match> Matches(Options options)
    {
        foreach (var name in options.Only)
            if (!WorkNames.Any(work => IsMeant(work, name)))
                throw new UsageException($"--only: no work is called '{name}'; there are {string.Join(", ", WorkNames)}.");
        var contenders = options.Proxies.Concat(Relays).Concat(Framers).Distinct().ToDictionary(name => name, name => Contender(name, options));
        return
        [
            .. AllWorks(options.Seconds, options.Connections)
                .Where(work => options.Only.Count == 0 || options.Only.Any(name => IsMeant(work.Name, name)))
                .Select(work => new Match(work, [.. Names(work, options).Distinct().Select(name => contenders[name]).Where(one => one.Suits(work))]))
                .Where(match => match.Contenders.Count > 0),
        ];
    }

    static IReadOnlyList<string> Names(IWork work, Options options) =>
        options.Proxies.Count > 0 ? options.Proxies : work.Protocol is null ? Relays : Framers;

    /// <summary>A name means the work that is called so, and all works whose names go on with a dash where none is called so.</summary>
    static bool IsMeant(string work, string name) => work == name || (!WorkNames.Contains(name) && work.StartsWith($"{name}-", StringComparison.Ordinal));

    static IWork[] AllWorks(int seconds, int connections) =>
    [
        new RedisGet("redis-get", connections, seconds),
        new RedisGet("redis-get-500", 500, seconds),
        new RedisGet("redis-get-5000", 5_000, seconds),
        new HttpRequests("http-keep-alive", connections, seconds, keepAlive: true),
        new HttpRequests("http-per-connection", connections, seconds, keepAlive: false),
        new Bulk("bulk-1", 1, seconds),
        new Bulk("bulk-8", 8, seconds),
        new IdleSessions("idle-sessions", 3_500),
        new StalledSessions("stalled-sessions", connections, 5_000, seconds),
        new HttpRequests("tls-keep-alive", connections, seconds, keepAlive: true, isTls: true),
        new HttpRequests("tls-keep-alive-500", 500, seconds, keepAlive: true, isTls: true),
        new TlsBulk("tls-bulk-1", 1, seconds),
        new TlsBulk("tls-bulk-8", 8, seconds),
        new TlsHandshakes("tls-full-ecdsa", isRsa: false, resume: false, seconds),
        new TlsHandshakes("tls-full-rsa", isRsa: true, resume: false, seconds),
        new TlsHandshakes("tls-resumed-ecdsa", isRsa: false, resume: true, seconds),
        new TlsHandshakes("tls-resumed-rsa", isRsa: true, resume: true, seconds),
        new TlsIdleSessions("tls-idle", 2_000),
        new TlsFlood("tls-flood", connections, seconds),
        .. RequestWorks.All(seconds),
    ];

    static Contender Contender(string name, Options options) => name.Split(':') switch
    {
        ["proxify"] => new ProxifyContender(options.Proxify, name),
        ["proxify", var transport] => new ProxifyContender(options.Proxify, name, transport),
        [['p', 'r', 'o', 'x', 'i', 'f', 'y', '+', .. var watcher]] when ObservedContender.Watchers.Contains(watcher) =>
            new ObservedContender(options.Proxify, watcher),
        ["framed"] => new FramedContender(options.Proxify, name, connections: null, caches: false),
        ["framed", var connections] when int.TryParse(connections, out var count) => new FramedContender(options.Proxify, name, count, caches: false),
        ["cached"] => new FramedContender(options.Proxify, name, connections: null, caches: true),
        ["twemproxy"] => new TwemproxyContender(),
        ["haproxy"] => new HaproxyContender(),
        ["nginx"] => new NginxContender(),
        ["direct"] => new DirectContender(),
        ["sketch"] => new SketchContender(options.Sketch ?? throw new UsageException("--proxies: 'sketch' needs --sketch PATH.")),
        _ => throw new UsageException($"--proxies: no contender is called '{name}'; there are {ContenderNames}."),
    };
}
