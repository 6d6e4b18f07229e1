using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Proxify.Caching;

/// <summary>
/// SipHash-1-3 (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012) with a secret of this process: whoever chooses keys cannot choose
/// them to meet in one bucket.
/// </summary>
internal static class KeyHash
{
    private static readonly (ulong, ulong) s_secret = MemoryMarshal.Read<(ulong, ulong)>(Guid.NewGuid().ToByteArray());

    public static uint Of(ReadOnlySpan<byte> key)
    {
        var hash = Of(key, s_secret.Item1, s_secret.Item2);
        return (uint)(hash ^ hash >> 32);
    }

    internal static ulong Of(ReadOnlySpan<byte> key, ulong first, ulong second)
    {
        var state = (A: first ^ 0x736f_6d65_7073_6575, B: second ^ 0x646f_7261_6e64_6f6d, C: first ^ 0x6c79_6765_6e65_7261, D: second ^ 0x7465_6462_7974_6573);
        var last = (ulong)key.Length << 56;
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
            Take(BinaryPrimitives.ReadUInt64LittleEndian(key), ref state);
        for (var i = 0; i < key.Length; i++)
            last |= (ulong)key[i] << (8 * i);
        Take(last, ref state);

        state.C ^= 0xff;
        for (var i = 0; i < 3; i++)
            Round(ref state);
        return state.A ^ state.B ^ state.C ^ state.D;
    }

    private static void Take(ulong word, ref (ulong A, ulong B, ulong C, ulong D) state)
    {
        state.D ^= word;
        Round(ref state);
        state.A ^= word;
    }

    private static void Round(ref (ulong A, ulong B, ulong C, ulong D) state)
    {
        var (a, b, c, d) = state;
        a += b;
        b = BitOperations.RotateLeft(b, 13) ^ a;
        a = BitOperations.RotateLeft(a, 32);
        c += d;
        d = BitOperations.RotateLeft(d, 16) ^ c;
        a += d;
        d = BitOperations.RotateLeft(d, 21) ^ a;
        c += b;
        b = BitOperations.RotateLeft(b, 17) ^ c;
        c = BitOperations.RotateLeft(c, 32);
        state = (a, b, c, d);
    }
}
