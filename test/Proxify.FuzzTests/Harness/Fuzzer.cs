using CsCheck;

namespace Proxify.FuzzTests.Harness;

/// <summary>
/// Tries inputs on a target, as libFuzzer does: random edits of inputs that were found to take new ways through the code, the seeds to begin with. Within the
/// process and without forking, so that a hundred million inputs are a matter of minutes.
/// </summary>
internal sealed class Fuzzer
{
    /// <summary>What runs the first times allocates for good: static fields, the runtime's own.</summary>
    private const int WarmUp = 1_000;

    private const int Retries = 10;

    private readonly FuzzTarget _target;
    private readonly uint _seed;
    private readonly PCG _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _corpus;
    private readonly byte[] _seen = new byte[1 << 16];
    private long _tried;

    public Fuzzer(FuzzTarget target, uint seed)
    {
        _target = target;
        _seed = seed;
        _random = new PCG(0, seed);
        _mutator = new Mutator(_random, target.Words, target.MaxLength);
        _corpus = [.. target.Seeds];
    }

    /// <summary>The inputs that take different ways.</summary>
    public IReadOnlyList<byte[]> Corpus => _corpus;

    /// <summary>Ways from a branch to the next that were taken.</summary>
    public int Ways => _seen.Count(static count => count != 0);

    public void Run(long count)
    {
        Coverage.Clear();
        foreach (var seed in _target.Seeds)
        {
            Try(seed);
            Coverage.Take(_seen);
        }

        while (_tried < count)
        {
            var input = _mutator.Next(Pick(), Pick());
            Try(input);
            if (Coverage.Take(_seen))
                _corpus.Add(input.ToArray());
        }
    }

    /// <summary>Of two, the one that was found later.</summary>
    private byte[] Pick()
    {
        var count = (uint)_corpus.Count;
        return _corpus[(int)Math.Max(_random.Next(count), _random.Next(count))];
    }

    private void Try(ReadOnlySpan<byte> input)
    {
        _tried++;
        if (Problem(input) is { } problem)
            Assert.Fail($"{_target.GetType().Name}: {problem}\ninput {_tried} of seed {_seed}, cut down: {Convert.ToHexString(Shrink(input.ToArray()))}");
    }

    private string? Problem(ReadOnlySpan<byte> input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _target.Run(input);
        }
        catch (Exception e)
        {
            return e.ToString();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var bound = _target.AllocationBound(input.Length);
        return allocated <= bound || _tried < WarmUp || Fewest(input) <= bound ? null : $"{allocated} bytes allocated for {input.Length}";
    }

    /// <summary>The runtime itself allocates now and then.</summary>
    private long Fewest(ReadOnlySpan<byte> input)
    {
        var fewest = long.MaxValue;
        for (var i = 0; i < Retries; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _target.Run(input);
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }

    /// <summary>Leaves away what is not needed for a problem.</summary>
    private byte[] Shrink(byte[] input)
    {
        for (var piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (var at = 0; at + piece <= input.Length;)
            {
                byte[] less = [.. input.AsSpan(0, at), .. input.AsSpan(at + piece)];
                if (Problem(less) is null)
                    at += piece;
                else
                    input = less;
            }
        }

        return input;
    }
}
