namespace Proxify.Transport;

/// <summary>Why a transformed stream is lost although its peer has not reset.</summary>
internal enum TransformLoss
{
    /// <summary>FIN came before the peer had said that nothing follows.</summary>
    Truncated,

    /// <summary>What came could not be opened, or the peer has said that it cannot go on.</summary>
    Unreadable,
}
