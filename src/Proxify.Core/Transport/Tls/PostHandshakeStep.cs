namespace Proxify.Transport.Tls;

/// <summary>What a handshake message after the handshake is.</summary>
internal enum PostHandshakeStep
{
    /// <summary>Not whole yet.</summary>
    NeedsMore,

    /// <summary>What follows is under the next key.</summary>
    KeyUpdate,

    /// <summary>Likewise, and the same is wanted of what we send.</summary>
    KeyUpdateWanted,

    /// <summary>A session ticket.</summary>
    Ticket,

    /// <summary>Nothing that may come.</summary>
    Unexpected,
}
