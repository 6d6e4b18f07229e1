using System.Runtime.InteropServices;

namespace Proxify.Transport.Uring;

/// <summary>
/// Where a worker's transformed bulk passes through, one direction after the other: each goes on before the next one comes. Memory is used when it is first
/// touched.
/// </summary>
internal sealed unsafe class BulkBuffers : IDisposable
{
    /// <summary>What is received at once: sixteen records of TLS.</summary>
    private const int Size = 256 * 1024;

    /// <summary>What a transform may have kept, or adds.</summary>
    private const int Spare = 32 * 1024;

    private byte* _memory = (byte*)NativeMemory.Alloc(Size + (2 * (Size + Spare)) + Spare);

    public Span<byte> Wire => new(_memory, Size);

    public Span<byte> Opened => new(_memory + Size, Size + Spare);

    public Span<byte> Sealed => new(_memory + Size + Size + Spare, Size + Spare + Spare);

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
