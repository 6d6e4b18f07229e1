namespace Proxify.Transport;

/// <summary>
/// A connection's bytes by call instead of by await: for who serves many connections at once, with one send for all that a batch of completions brings. Goes
/// through the connection's transform. On the worker's thread alone. Ends with the connection, or by <see cref="Stop"/>.
/// </summary>
internal interface IChannel
{
    /// <summary>Bytes that were written and that the kernel has not taken.</summary>
    int Unsent { get; }

    /// <summary>Sends the bytes after this batch of completions, together with what else is written until then. They are copied.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Receives, from now on; one is opened at rest.</summary>
    void Resume();

    /// <summary>
    /// Receives nothing more until <see cref="Resume"/>. Called out of <see cref="IChannelOwner.OnReceived"/> alone: what is asked for already comes.
    /// </summary>
    void Pause();

    /// <summary>Sends FIN after what was written. Nothing is written any more; receiving goes on.</summary>
    void Finish();

    /// <summary>
    /// Gives the bytes back to those who await them: <see cref="Connection.ReceiveAsync"/>, <see cref="Connection.RelayAsync"/>. It is paused, and
    /// <see cref="Unsent"/> is 0.
    /// </summary>
    void Stop();
}
