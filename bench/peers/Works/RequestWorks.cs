using Proxify.Peers.Load;
using Proxify.Peers.Targets;

namespace Proxify.Peers.Works;

/// <summary>The works of framed apps, and what they are to show.</summary>
static class RequestWorks
{
    /// <summary>Each tenth request is for one of these. A run that takes them all fails and says so.</summary>
    const int ColdKeys = 1_000_000;

    static readonly bool[] GetAndSet = [false, true];

    static readonly Shape[] Shapes = [new(50, 1), new(500, 1), new(50, 16), new(500, 16)];

    static readonly Aim ProxyToTwemproxy = new("framed", Requests.ProxyCpu, "twemproxy", 0.6);

    public static IEnumerable<IWork> All(int seconds) =>
    [
        .. Redis("framed", new LightLoad(), isHeld: false, seconds),
        .. Redis("framed-redis-benchmark", new RedisBenchmark(), isHeld: false, seconds),
        .. Cached("framed-cached", isHeld: false, seconds),
        .. Shapes[..2].Select(shape => Work("framed-memcached", new MemcachedTarget(), shape, seconds, serverBound: 0.7, ProxyToTwemproxy)),
        .. Shapes[..2].Select(shape => Work("framed-prefixed", new FrameTarget(), shape, seconds, serverBound: 0.35)),
        // Only by the light load: redis-benchmark would take as much of the processors as the server may not.
        .. Redis("framed-held", new LightLoad(), isHeld: true, seconds),
        .. Cached("framed-held-cached", isHeld: true, seconds),
    ];

    static IEnumerable<IWork> Redis(string prefix, ILoad load, bool isHeld, int seconds) =>
        from sets in GetAndSet
        from shape in Shapes
        let target = new RedisTarget(sets)
        select new Requests($"{prefix}-{target.Test}-{shape}", target, load, shape.Clients, shape.Depth, seconds)
        {
            IsHeld = isHeld,
            Aims = isHeld ? HeldAims(sets, shape) : SharedAims(load, sets, shape),
        };

    static IEnumerable<IWork> Cached(string prefix, bool isHeld, int seconds) =>
        from shape in Shapes[..3]
        let target = new RedisTarget(sets: false, ColdKeys)
        select new Requests($"{prefix}-{shape}", target, new LightLoad(), shape.Clients, shape.Depth, seconds)
        {
            IsHeld = isHeld,
            Aims = isHeld ? [Rate("cached", 6)] : [Rate("cached", 1.2), Server("cached", 0.2), Most("cached")],
        };

    static Requests Work(string prefix, ITarget target, Shape shape, int seconds, double serverBound, params Aim[] more) =>
        new($"{prefix}-{shape}", target, new LightLoad(), shape.Clients, shape.Depth, seconds)
        {
            Aims = [Rate("framed", 1), Server("framed", serverBound), .. more, Most("framed")],
        };

    static Aim Rate(string contender, double bound) => new(contender, Requests.Rate, "direct", bound);

    static Aim Server(string contender, double bound) => new(contender, Requests.ServerCpu, "direct", bound);

    static Aim Most(string contender) => new(contender, Requests.Most, "direct", 1);

    // What the proxy spares the server nobody's load changes; how much of that clients see on processors that all share does depend on theirs.
    static Aim[] SharedAims(ILoad load, bool sets, Shape shape)
    {
        Aim[] rate = load is LightLoad ? [Rate("framed", 1)] : [];
        Aim[] server = (sets, shape) switch
        {
            (false, (500, 1)) => [Server("framed", 0.28)],
            (false, (50, 1)) => [Server("framed", 0.3)],
            (false, (50, 16)) => [Server("framed", 0.6)],
            _ => [],
        };
        return [.. rate, .. server, ProxyToTwemproxy, Most("framed")];
    }

    static Aim[] HeldAims(bool sets, Shape shape) => (sets, shape) switch
    {
        (false, (500, 1)) => [Rate("framed", 5)],
        (true, (500, 1)) => [Rate("framed", 3.5)],
        (false, (50, 16)) => [Rate("framed", 1.6)],
        _ => [],
    };

    /// <summary>How many clients, and how many requests each of them has in flight.</summary>
    sealed record Shape(int Clients, int Depth)
    {
        public override string ToString() => $"{Clients}x{Depth}";
    }
}
