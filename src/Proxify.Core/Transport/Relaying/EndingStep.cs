namespace Proxify.Transport.Relaying;

/// <summary>What is to be done next towards the end of a relay.</summary>
internal enum EndingStep
{
    /// <summary>Nothing that is not being done already.</summary>
    GoOn,

    /// <summary>Send FIN to the other peer; the other direction goes on.</summary>
    HalfClose,

    /// <summary>Both directions have ended: close both in order.</summary>
    Close,

    /// <summary>The peer is gone: drop what is on its way to it, and deliver what is left of what it sent.</summary>
    DeliverRest,

    /// <summary>
    /// The peer is gone and all that it sent has been handed on: wait until the other one's kernel has acknowledged it, as a reset drops what is in a send
    /// queue, and reset both then.
    /// </summary>
    AwaitAcknowledgement,

    /// <summary>Nobody is left to deliver to: reset both.</summary>
    Reset,
}
