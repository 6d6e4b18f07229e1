using Proxify.Peers.Contenders;
using Proxify.Peers.Works;

namespace Proxify.Peers;

/// <summary>All works and contenders by name.</summary>
static class Catalogue
{
    public static IReadOnlyList<string> WorkNames { get; } = [.. AllWorks(seconds: 1, connections: 1).Select(work => work.Name)];

    public static IReadOnlyList<IWork> Works(Options options)
    {
        foreach (var name in options.Only)
            if (!WorkNames.Contains(name))
                throw new UsageException($"--only: no work is called '{name}'; there are {string.Join(", ", WorkNames)}.");
        return [.. AllWorks(options.Seconds, options.Connections).Where(work => options.Only.Count == 0 || options.Only.Contains(work.Name))];
    }

    public static IReadOnlyList<Contender> Contenders(Options options) =>
        options.Proxies.Count == 0
            ? throw new UsageException("--proxies: expected at least one name.")
            : [.. options.Proxies.Distinct().Select(name => Contender(name, options))];

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
    ];

    static Contender Contender(string name, Options options) => name.Split(':') switch
    {
        ["proxify"] => new ProxifyContender(options.Proxify, transport: null),
        ["proxify", var transport] => new ProxifyContender(options.Proxify, transport),
        ["haproxy"] => new HaproxyContender(),
        ["nginx"] => new NginxContender(),
        ["direct"] => new DirectContender(),
        ["sketch"] => new SketchContender(options.Sketch ?? throw new UsageException("--proxies: 'sketch' needs --sketch PATH.")),
        _ => throw new UsageException($"--proxies: no contender is called '{name}'; there are proxify, proxify:TRANSPORT, haproxy, nginx, direct, sketch."),
    };
}
