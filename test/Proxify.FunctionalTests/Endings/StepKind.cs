namespace Proxify.FunctionalTests.Endings;

/// <summary>What a peer does next beside reading.</summary>
internal enum StepKind
{
    /// <summary>Sends <see cref="Step.Size"/> bytes in pieces of <see cref="Step.Chunk"/>.</summary>
    Send,

    /// <summary>Sends until its kernel has taken nothing for a moment, <see cref="Step.Size"/> bytes at the most.</summary>
    SendUntilBlocked,

    /// <summary>Sends one byte of urgent data (MSG_OOB, tcp(7)).</summary>
    Urgent,

    /// <summary>Sends FIN (shutdown(2)) and goes on reading.</summary>
    Fin,

    /// <summary>Waits until the other one has all that was sent.</summary>
    AwaitDelivery,

    /// <summary>Waits until the kernel of the other end of this connection has acknowledged all that was sent.</summary>
    AwaitAcknowledged,

    /// <summary>Waits until bytes wait to be read.</summary>
    AwaitInput,

    /// <summary>Waits until it has seen the end of what the other one sends.</summary>
    AwaitEnd,

    /// <summary>Waits until the other one has done all its steps or cannot go on by itself.</summary>
    AwaitOther,
}
