namespace Proxify.Configuration;

/// <summary>The limits over all apps.</summary>
public sealed record ProxyLimitsConfig : LimitsConfig
{
    /// <summary>The least that <see cref="BufferMemory"/> may be set to: 16 MiB.</summary>
    public const long MinBufferMemory = 16L << 20;

    /// <summary>The most: 1 TiB.</summary>
    public const long MaxBufferMemory = 1L << 40;

    /// <summary>
    /// Bytes that the proxy may hold for peers that are slow to take them, <see cref="MinBufferMemory"/> to <see cref="MaxBufferMemory"/>. When so much is held
    /// receiving slows down; nothing is lost. Default: an eighth of the machine's memory, or of the container's where that has less; at least 64 MiB.
    /// </summary>
    public long? BufferMemory { get; init; }
}
