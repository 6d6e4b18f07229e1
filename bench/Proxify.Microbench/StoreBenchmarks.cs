using System.Text;
using BenchmarkDotNet.Attributes;
using Proxify.Caching;

namespace Proxify.Microbench;

/// <summary>What a full store pays for a question that has an answer, and for one that has none and brings an entry.</summary>
[MemoryDiagnoser]
#pragma warning disable CA1001 // Cleanup disposes of it.
public class StoreBenchmarks
#pragma warning restore CA1001
{
    private const int SomeOrder = 7_919; // a prime: neighbours in time are none in memory
    private const int Longest = 64 << 10;

    private CacheStore _store = null!;
    private byte[][] _keys = null!;
    private byte[][] _others = null!;
    private byte[] _value = null!;
    private int _next;

    [Params(8, 256)]
    public int MiB { get; set; }

    [Params(64, 1_024)]
    public int Value { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var memory = (long)MiB << 20;
        var count = (int)(memory / (Value + 100));
        _store = new CacheStore(memory, Longest, maxAge: int.MaxValue);
        _value = new byte[Value];
        var keys = Enumerable.Range(0, count).Select(i => Encoding.ASCII.GetBytes($"key:{i:D12}")).ToArray();
        foreach (var key in keys)
            _store.Put(key, _value, now: 0, int.MaxValue);
        _keys = [.. keys.Where(key => _store.TryGet(key, now: 0, out _))];
        _others = [.. Enumerable.Range(0, 1 << 20).Select(i => Encoding.ASCII.GetBytes($"new:{i:D12}"))];
    }

    [GlobalCleanup]
    public void Cleanup() => _store.Dispose();

    [Benchmark]
    public bool Hit() => _store.TryGet(Next(_keys), now: 0, out _);

    [Benchmark]
    public bool MissAndPut()
    {
        var key = Next(_others);
        return !_store.TryGet(key, now: 0, out _) && _store.Put(key, _value, now: 0, int.MaxValue);
    }

    private byte[] Next(byte[][] keys) => keys[_next = (_next + SomeOrder) % keys.Length];
}
