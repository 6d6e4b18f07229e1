namespace Proxify.Transport.Uring;

/// <summary>The states of a direction.</summary>
internal sealed partial class RelayDirection
{
    /// <summary>What the kernel has to do with the destination.</summary>
    private enum Output : byte
    {
        Idle,

        /// <summary>A send reads from the first segment of the queue.</summary>
        Sending,

        /// <summary>A poll waits for room for what is queued or in the pipe.</summary>
        AwaitingRoom,
    }

    /// <summary>How near a direction is to its end; never goes back.</summary>
    private enum Life : byte
    {
        /// <summary>The source may send more.</summary>
        Open,

        /// <summary>The source has ended, by FIN or by reset: what has come of it is still to be delivered.</summary>
        SourceEnded,

        /// <summary>And has been.</summary>
        Finished,

        /// <summary>The destination is gone: what comes is dropped.</summary>
        Discarding,
    }

    /// <summary>How bytes get from one socket to the other.</summary>
    private enum Mode : byte
    {
        /// <summary>Received into buffers that all directions share, and sent from there.</summary>
        Shared,

        /// <summary>Spliced through a pipe; begins when the queue is empty.</summary>
        Bulk,
    }
}
