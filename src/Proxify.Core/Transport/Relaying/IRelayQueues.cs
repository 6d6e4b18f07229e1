namespace Proxify.Transport.Relaying;

/// <summary>What the kernel knows of a relay.</summary>
internal interface IRelayQueues
{
    /// <summary>Bytes that the peers' kernels have acknowledged so far, both together.</summary>
    long AcknowledgedBytes { get; }

    /// <summary>Whether something has come that we are ready to take and have not taken yet.</summary>
    bool HaveWork { get; }
}
