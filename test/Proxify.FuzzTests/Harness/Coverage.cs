using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Proxify.FuzzTests.Harness;

/// <summary>
/// Which branches of the parsers an input takes, and how often: SharpFuzz has them counted. Its counting is put into this project's own copy of the assembly
/// before any of its code runs. One for the process, and one thread at a time.
/// </summary>
internal static unsafe class Coverage
{
    /// <summary>Fixed by what SharpFuzz puts into the code.</summary>
    private const int MapSize = 1 << 16;

    /// <summary>What is counted: the code that takes strangers' bytes.</summary>
    private static readonly string[] Counted = ["Proxify.Prefaces.", "Proxify.Transport.Tls.", "Proxify.Resolution.Dns"];

    private static readonly byte* Map = (byte*)NativeMemory.AllocZeroed(MapSize);

    [ModuleInitializer]
    internal static void Instrument()
    {
        Trace.SharedMem = Map;
        var assembly = Path.Combine(AppContext.BaseDirectory, "Proxify.Core.dll");
        var instrumented = Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():n}.dll");
        File.Copy(assembly, instrumented);
        try
        {
            SharpFuzz.Fuzzer.Instrument(instrumented, IsCounted, SharpFuzz.Options.Value);
            // Not written in place: another run may have it open.
            File.Move(instrumented, assembly, overwrite: true);
        }
        catch (SharpFuzz.InstrumentationException)
        {
            File.Delete(instrumented); // an earlier run has done it
        }
    }

    private static bool IsCounted(string type) => Counted.Any(name => type.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Begins to count anew.</summary>
    public static void Clear()
    {
        Trace.PrevLocation = 0;
        new Span<byte>(Map, MapSize).Clear();
    }

    /// <summary>Adds to <paramref name="seen"/> what was counted, and says whether any of it was not there yet. Leaves the counts at nothing.</summary>
    public static bool Take(byte[] seen)
    {
        var isNew = false;
        var counts = new Span<byte>(Map, MapSize);
        for (var at = 0; counts[at..].IndexOfAnyExcept((byte)0) is var next and >= 0; at++)
        {
            at += next;
            var bucket = Bucket(counts[at]);
            isNew |= (seen[at] & bucket) == 0;
            seen[at] |= bucket;
            counts[at] = 0;
        }

        Trace.PrevLocation = 0;
        return isNew;
    }

    /// <summary>Once, twice, thrice and so on: a loop that runs 40 times instead of 39 is nothing new (as in AFL).</summary>
    private static byte Bucket(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
