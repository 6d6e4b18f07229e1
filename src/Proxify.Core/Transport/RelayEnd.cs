namespace Proxify.Transport;

/// <summary>How a relay ended.</summary>
internal enum RelayEnd
{
    /// <summary>Both directions ended by FIN.</summary>
    Done,

    /// <summary>The client reset, or vanished.</summary>
    ClientReset,

    /// <summary>The target reset, or vanished.</summary>
    TargetReset,

    /// <summary>No byte either way for <see cref="RelayTimeouts.Idle"/>.</summary>
    IdleTimeout,

    /// <summary>One direction had ended and the other was silent for <see cref="RelayTimeouts.HalfClose"/>.</summary>
    HalfCloseTimeout,

    /// <summary><see cref="Connection.Abort"/> was called.</summary>
    Aborted,

    /// <summary>
    /// <see cref="Connection.SuspendRelay"/> was called: both connections are open, what one has sent and the other has not been sent yet is put back, and
    /// another relay would go on from here.
    /// </summary>
    Suspended,
}
