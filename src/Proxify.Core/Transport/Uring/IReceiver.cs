namespace Proxify.Transport.Uring;

/// <summary>Receives into shared buffers.</summary>
internal interface IReceiver
{
    /// <summary>Buffers have come back after ENOBUFS.</summary>
    void OnFed();
}
