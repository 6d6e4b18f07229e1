using BenchmarkDotNet.Attributes;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Microbench;

/// <summary>
/// One pick, each for another client. Weights 1 to 8; every target has sessions in proportion, so that <c>least-connections</c> finds no idle one and has to
/// look at all.
/// </summary>
[MemoryDiagnoser]
public class PickBenchmarks
{
    private ILoadBalancingPolicy _policy = null!;
    private UInt128 _client;

    [ParamsAllValues]
    public BalancingPolicy Policy { get; set; }

    [Params(3, 1_000)]
    public int Targets { get; set; }

    /// <summary>The share of targets that cannot be picked, the first ones: per cent.</summary>
    [Params(0, 50)]
    public int Down { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var candidates = new Candidate[Targets];
        for (var i = 0; i < Targets; i++)
        {
            var load = new TargetLoad { IsAvailable = i >= Targets * Down / 100 };
            var weight = (i % 8) + 1;
            for (var session = 0; session < weight * 3; session++)
                load.TryEnter();
            candidates[i] = new Candidate(i, $"10.0.{i / 256}.{i % 256}:80", weight, load);
        }

        _policy = PolicyTable.Create(ConfigWords.Balancing.WordOf(Policy), candidates, new Turns());
    }

    [Benchmark]
    public int Pick() => _policy.Pick(_client++, default);
}
