namespace Proxify.Transport.Uring;

/// <summary>
/// The states of a direction: what it does with its source, what with its destination, the way that bytes take between them, and how near it is to its end.
/// </summary>
/// <remarks>
/// How the intake moves on while <see cref="Life.Open"/>; everything else stays where it is:
/// <list type="table">
/// <item>Idle: Receiving; at the ceiling AwaitingRoom, or Paused where something is queued; with <see cref="Mode.Bulk"/>, once the queue is empty,
/// PollingSource</item>
/// <item>Receiving: Pausing when the queue is full or the ceiling reached; Cancelling for bulk and to receive anew; at its last completion Idle, without a
/// buffer Starved</item>
/// <item>Cancelling: Pausing as above; at its last completion Idle</item>
/// <item>Pausing: at its last completion Paused</item>
/// <item>Paused: Idle when the queue is empty</item>
/// <item>Starved: Idle when buffers have come back</item>
/// <item>AwaitingRoom: Receiving, into a spare buffer, when the destination has room</item>
/// <item>PollingSource: Idle when there is something to splice</item>
/// </list>
/// The output is Sending as long as something is queued, and AwaitingRoom after a send or splice that the destination did not take whole.
/// </remarks>
internal sealed partial class RelayDirection
{
    /// <summary>What the kernel has to do with the source, or what keeps it from that.</summary>
    private enum Intake : byte
    {
        Idle,

        /// <summary>A receive fills shared buffers, or a spare one.</summary>
        Receiving,

        /// <summary>The receive has been told to end; its last completion has not come yet.</summary>
        Cancelling,

        /// <summary>Likewise, because enough is queued.</summary>
        Pausing,

        /// <summary>Waits until the queue is empty.</summary>
        Paused,

        /// <summary>Waits for its turn after a receive that found no buffer.</summary>
        Starved,

        /// <summary>At the ceiling: a poll waits for room at the destination before anything is received for it.</summary>
        AwaitingRoom,

        /// <summary>Bulk: a poll waits for something to splice.</summary>
        PollingSource,
    }

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
