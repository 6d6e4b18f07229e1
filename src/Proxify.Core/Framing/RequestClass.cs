namespace Proxify.Framing;

/// <summary>What may become of a request.</summary>
internal enum RequestClass : byte
{
    /// <summary>It changes nothing: may go over a shared connection, and be sent again when its reply was lost.</summary>
    Read,

    /// <summary>May go over a shared connection, once.</summary>
    Write,

    /// <summary>Holds up its connection, or may: wants one of its own until it is answered.</summary>
    Alone,

    /// <summary>
    /// Asks after what its own connection has done before, and may take its time: goes over the shared connection behind that, which nobody else uses until it
    /// is answered.
    /// </summary>
    Exclusive,

    /// <summary>Leaves something behind in its connection, or nobody knows: wants one of its own, from here on.</summary>
    Own,

    /// <summary>From here on the client speaks <see cref="IFrameCodec.Upgraded"/>: it goes over the connections of those who do.</summary>
    Upgrade,

    /// <summary>The proxy answers it itself: see <see cref="IFrameCodec.Answer"/>.</summary>
    Local,

    /// <summary>As <see cref="Local"/>, and then the connection ends.</summary>
    Last,
}
