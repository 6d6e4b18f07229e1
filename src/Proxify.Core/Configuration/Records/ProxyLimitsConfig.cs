namespace Proxify.Configuration;

/// <summary>The limits over all apps.</summary>
public sealed record ProxyLimitsConfig : LimitsConfig
{
    /// <summary>
    /// Bytes that the proxy may hold for peers that are slow to take them, 16MiB to 1024GiB. When so much is held
    /// receiving slows down; nothing is lost. Default: an eighth of the machine's memory, or of the container's where that has less; at least 64 MiB.
    /// </summary>
    public long? BufferMemory { get; init; }

    /// <summary>
    /// Bytes that a TLS client may take for its ClientHello where server names decide; the headers of its records count. 2,048 to 65,536, default 16,384.
    /// </summary>
    public int? ClientHello { get; init; }
}
