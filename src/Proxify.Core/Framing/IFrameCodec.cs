namespace Proxify.Framing;

/// <summary>
/// Knows where messages of a protocol begin and end: one reply to each request, in order. Pure: what it has to remember is the caller's. Strict: what it takes
/// for a message every peer takes for the same one, since a shared connection on which two differ would give one client's replies to another.
/// </summary>
internal interface IFrameCodec
{
    /// <summary>
    /// Reads on in a request. One that is malformed, or none of those that the codec knows, is for the target to judge, on a connection of its own.
    /// </summary>
    /// <param name="bytes">What comes behind the bytes that belong to it already.</param>
    /// <param name="state">Of this request; begins anew with each.</param>
    FrameScan ScanRequest(ReadOnlySpan<byte> bytes, ref ScanState state);

    /// <summary>Reads on in a reply, as <see cref="ScanRequest"/>. Behind one that is malformed the connection is of no use.</summary>
    FrameScan ScanReply(ReadOnlySpan<byte> bytes, ReplyShape shape, ref ScanState state);

    /// <summary>Whether what begins with this byte is no reply: the server tells something that nobody has asked for.</summary>
    bool IsUnasked(byte first) => false;

    /// <summary>What may become of a request.</summary>
    /// <param name="request">All of it, as <see cref="ScanRequest"/> has found it.</param>
    RequestTraits Classify(ReadOnlySpan<byte> request);

    /// <summary>What is said first on a connection that clients share, and answered by one reply; empty: nothing.</summary>
    byte[] Greeting => [];

    /// <summary>The later version of the protocol; null: there is none.</summary>
    IFrameCodec? Upgraded => null;

    /// <summary>The reply to a request that the proxy answers itself.</summary>
    /// <param name="request">All of it.</param>
    /// <param name="client">A number that no other client has at the time.</param>
    byte[] Answer(ReadOnlySpan<byte> request, long client) => [];

    /// <summary>Whether a request that the proxy answers itself is to be said on a connection that its client gets for itself.</summary>
    bool IsSaidAgain(ReadOnlySpan<byte> request) => false;

    /// <summary>What a client gets instead of a reply that was lost with the target's connection, as an error of the protocol; empty: there is none.</summary>
    byte[] TargetLost => [];

    /// <summary>The name of a request's command, for people; never its arguments. Null: there is none.</summary>
    string? NameOf(ReadOnlySpan<byte> request) => null;
}
