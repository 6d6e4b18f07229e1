using Proxify.Linux;

namespace Proxify.Handover;

/// <summary>What is too long for a message goes beside it, as a file that lies in memory alone.</summary>
internal sealed class MemoryFile : IDisposable
{
    private long _at;

    /// <summary>An empty one.</summary>
    /// <exception cref="HandoverException">There is no memory or no descriptor for it.</exception>
    public MemoryFile()
    {
        Descriptor = Libc.MemoryFile("proxify");
        if (Descriptor < 0)
            throw new HandoverException($"no memory for what is handed over: {Errno.Describe(-Descriptor)}");
    }

    /// <summary>One that another process has written.</summary>
    public MemoryFile(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <exception cref="HandoverException">There is no memory for it.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var written = Libc.Write(Descriptor, bytes);
            if (written < 0)
                throw new HandoverException($"no memory for what is handed over: {Errno.Describe(-written)}");
            bytes = bytes[written..];
        }
    }

    /// <summary>The next bytes.</summary>
    /// <exception cref="HandoverException">It is cut off.</exception>
    public byte[] Read(int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var got = Libc.ReadAt(Descriptor, bytes.AsSpan(read), _at);
            if (got <= 0)
                throw new HandoverException("what is handed over is cut off");
            read += got;
            _at += got;
        }

        return bytes;
    }

    public void Dispose() => Libc.Close(Descriptor);
}
