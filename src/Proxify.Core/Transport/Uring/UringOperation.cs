namespace Proxify.Transport.Uring;

/// <summary>What a slot asked the kernel for: the low byte of user_data.</summary>
internal enum UringOperation : byte
{
    /// <summary>Nobody waits for it.</summary>
    None,
    Wake,
    Alarm,
    Accept,
    Connect,
    Receive,
    Send,

    /// <summary>The source has something to splice.</summary>
    PollSource,

    /// <summary>The destination has room again.</summary>
    AwaitRoom,

    /// <summary>Nobody receives from this socket just now, but its reset must be noticed.</summary>
    Watch,
}
