namespace Proxify.Transport.Tls;

/// <summary>What a handshake has come to.</summary>
internal enum TlsStep
{
    /// <summary>The peer has to say more.</summary>
    NeedsMore,

    Done,

    Failed,
}
