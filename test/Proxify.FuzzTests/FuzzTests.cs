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
    private static readonly FuzzTarget[] All = [new ClientHelloTarget(), new DnsResponseTarget()];

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
        var start = Stopwatch.GetTimestamp();
        var fuzzer = new Fuzzer(All.Single(t => t.GetType().Name == target), (uint)Random.Shared.Next());

        fuzzer.Run(Count);

        output.WriteLine(
            $"{target}: {Count} inputs, {Count / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} a second, {fuzzer.Ways} ways, {fuzzer.Corpus.Count} kept");
    }
}
