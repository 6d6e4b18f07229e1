using System.Diagnostics;
using Proxify.FuzzTests.Harness;
using Proxify.FuzzTests.Targets;

namespace Proxify.FuzzTests;

/// <summary>
/// No bytes of a stranger's break a parser, or make it allocate more than it should. Some for each run of the tests, other ones each time; <c>make fuzz</c>
/// tries a hundred million on each target.
/// </summary>
[Collection(nameof(OneAtATime))]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly FuzzTarget[] All =
    [
        new ClientHelloTarget(), new Tls13RecordsTarget(), new DnsResponseTarget(),
        new ProxyLineTarget(), new ProxyBinaryTarget(), new PostgresGreetingTarget(),
        new RedisTarget(), new MemcachedTarget(), new LengthPrefixedTarget(), new LineTarget(),
    ];

    private static long Count => long.Parse(Environment.GetEnvironmentVariable("PROXIFY_FUZZ") is { Length: > 0 } count ? count : "100000");

    /// <summary>PROXIFY_FUZZ_TARGET chooses one of them.</summary>
    public static IEnumerable<TheoryDataRow<string>> Targets =>
        from target in All
        let name = target.GetType().Name
        where Environment.GetEnvironmentVariable("PROXIFY_FUZZ_TARGET") is not { Length: > 0 } only || only == name
        select new TheoryDataRow<string>(name);

    [Theory, MemberData(nameof(Targets))]
    public void Bytes_of_any_kind_are_taken(string target)
    {
        var chosen = All.Single(t => t.GetType().Name == target);
        var count = Count / chosen.Cost;
        var fuzzer = new Fuzzer(chosen, (uint)Random.Shared.Next());
        var start = Stopwatch.GetTimestamp();

        fuzzer.Run(count);

        var rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"{target}: {count} inputs, {rate:n0} a second, {fuzzer.Ways} ways, {fuzzer.Corpus.Count} kept");
    }
}
