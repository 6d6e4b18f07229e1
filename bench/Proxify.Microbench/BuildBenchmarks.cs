using BenchmarkDotNet.Attributes;
using Proxify.Balancing;

namespace Proxify.Microbench;

/// <summary>What a reload pays for an app whose targets have changed.</summary>
[MemoryDiagnoser]
public class BuildBenchmarks
{
    private string[] _addresses = null!;
    private int[] _weights = null!;

    [Params(3, 1_000)]
    public int Targets { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _addresses = [.. Enumerable.Range(0, Targets).Select(i => $"10.0.{i / 256}.{i % 256}:80")];
        _weights = [.. Enumerable.Range(0, Targets).Select(i => (i % 256) + 1)];
    }

    [Benchmark]
    public int[] Order() => SmoothOrder.Of(_weights);

    [Benchmark]
    public int[] MaglevSlots() => MaglevTable.Build(_addresses, _weights);
}
