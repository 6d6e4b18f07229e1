namespace Proxify.Framing.Memcached;

/// <summary>A place within a message of memcached's text protocol.</summary>
internal enum MemcachedPhase : byte
{
    /// <summary>In a line, between its words.</summary>
    Line,

    /// <summary>In the word that says how many bytes come behind the line.</summary>
    Length,

    /// <summary>Between the CR and the LF of the line.</summary>
    LineEnd,

    /// <summary>In the bytes of a value.</summary>
    Data,

    /// <summary>Before the CR behind them.</summary>
    DataEnd,

    /// <summary>Before the LF behind that.</summary>
    DataEndLine,
}
