namespace Proxify.Prefaces;

/// <summary>What a PROXY header of version 2 is to say besides the addresses, as far as it is known.</summary>
[Flags]
internal enum SentTlvs
{
    None = 0,
    Authority = 1,
    Alpn = 1 << 1,
    Ssl = 1 << 2,

    /// <summary>Part of <see cref="Ssl"/>.</summary>
    ClientCertificate = 1 << 3,

    UniqueId = 1 << 4,
    Crc32C = 1 << 5,
}
