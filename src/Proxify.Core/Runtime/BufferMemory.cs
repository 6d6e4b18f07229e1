namespace Proxify.Runtime;

/// <summary>What relays may hold where no config says it.</summary>
internal static class BufferMemory
{
    private const long Least = 64L << 20;
    private const int ShareOfMachine = 8;

    /// <summary>The runtime knows the machine's memory, and its container's limit.</summary>
    public static long Default { get; } = Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMachine);
}
