using Proxify.FuzzTests.Harness;
using Proxify.FuzzTests.Targets;

namespace Proxify.FuzzTests;

/// <summary>The fuzzer finds what is there to be found.</summary>
[Collection(nameof(OneAtATime))]
public sealed class FuzzerTests
{
    [Fact]
    public void Exception_is_told_with_the_least_input_that_brings_it()
    {
        var failure = Assert.ThrowsAny<Exception>(() => Run(new ScriptedTarget(input =>
        {
            if (input.Contains((byte)7))
                throw new InvalidOperationException("seven");
        })));

        Assert.Contains("seven", failure.Message);
        Assert.EndsWith("cut down: 07", failure.Message);
    }

    [Fact]
    public void Allocation_that_grows_with_the_input_is_told()
    {
        var failure = Assert.ThrowsAny<Exception>(() => Run(new ScriptedTarget(input => GC.KeepAlive(input.ToArray()))));

        Assert.Contains("bytes allocated for", failure.Message);
    }

    [Fact]
    public void Nothing_is_told_where_all_is_well() => Run(new ScriptedTarget(_ => { }));

    [Fact]
    public void Ways_through_the_code_are_followed()
    {
        var fuzzer = new Fuzzer(new DnsResponseTarget(), seed: 1);

        fuzzer.Run(20_000);

        // Without coverage the seeds would be all.
        Assert.InRange(fuzzer.Corpus.Count, 20, int.MaxValue);
        Assert.InRange(fuzzer.Ways, 50, int.MaxValue);
    }

    private static void Run(FuzzTarget target) => new Fuzzer(target, seed: 1).Run(5_000);

    private delegate void Script(ReadOnlySpan<byte> input);

    private sealed class ScriptedTarget(Script script) : FuzzTarget
    {
        public override IReadOnlyList<byte[]> Seeds => [[1, 2, 3], new byte[300]];

        public override long AllocationBound(int length) => 64;

        public override void Run(ReadOnlySpan<byte> input) => script(input);
    }
}
