namespace Proxify.Peers;

/// <summary>
/// An endless stream of bytes known by position. Receivers compare what arrives with what was sent at that position:
/// as strict as a hash, cheaper than one, and a failure names the first wrong byte.
/// </summary>
internal sealed class Payload(int seed)
{
    public const int MaxSlice = 1 << 20;

    // A prime: bytes lost or doubled in any round number are seen.
    private const int Period = 1_048_583;

    private static readonly byte[] Pool = CreatePool();

    private readonly long _start = (uint)seed * 7919L;

    /// <summary>What a client sends in tests where both sides differ.</summary>
    public static Payload FromClient { get; } = new(1);

    /// <summary>What a target sends in tests where both sides differ.</summary>
    public static Payload FromTarget { get; } = new(2);

    public ReadOnlyMemory<byte> At(long position, int count) => Pool.AsMemory((int)((_start + position) % Period), Math.Min(count, MaxSlice));

    /// <summary>Fails, with the first wrong position, unless <paramref name="received"/> is this stream's part at <paramref name="position"/>.</summary>
    public void Check(long position, ReadOnlySpan<byte> received)
    {
        var expected = At(position, received.Length).Span;
        if (expected.SequenceEqual(received))
            return;
        var equal = expected.CommonPrefixLength(received);
        Assert.Fail($"byte {position + equal} of the stream is wrong");
    }

    private static byte[] CreatePool()
    {
        var pool = new byte[Period + MaxSlice];
        new Random(20_250_101).NextBytes(pool.AsSpan(0, Period));
        pool.AsSpan(0, MaxSlice).CopyTo(pool.AsSpan(Period));
        return pool;
    }
}
