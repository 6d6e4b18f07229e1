using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>A pipe that carries pages from one socket to another.</summary>
internal sealed unsafe class SplicePipe
{
    private SplicePipe(int readEnd, int writeEnd, int capacity)
    {
        ReadEnd = readEnd;
        WriteEnd = writeEnd;
        Capacity = capacity;
    }

    public int ReadEnd { get; }

    public int WriteEnd { get; }

    /// <summary>Bytes that fit if every page is full.</summary>
    public int Capacity { get; }

    /// <summary>Bytes that are in it.</summary>
    public int Length { get; set; }

    /// <summary>Null when the system is out of descriptors or memory.</summary>
    public static SplicePipe? TryCreate(int capacity)
    {
        const int DefaultCapacity = 65536;
        int* ends = stackalloc int[2];
        if (Libc.Pipe(ends) < 0)
            return null;
        var granted = Libc.SetPipeSize(ends[1], capacity);
        return new SplicePipe(ends[0], ends[1], granted > 0 ? granted : DefaultCapacity);
    }

    public void Close()
    {
        Libc.Close(ReadEnd);
        Libc.Close(WriteEnd);
    }
}
