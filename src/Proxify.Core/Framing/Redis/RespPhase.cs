namespace Proxify.Framing.Redis;

/// <summary>A place within an element of RESP.</summary>
internal enum RespPhase : byte
{
    /// <summary>Before its first byte, which says what it is.</summary>
    Kind,

    /// <summary>In the length behind the first byte.</summary>
    Length,

    /// <summary>Between the CR and the LF behind the length.</summary>
    LengthEnd,

    /// <summary>In a text that goes to its CR.</summary>
    Text,

    /// <summary>Between the CR and the LF behind a text.</summary>
    TextEnd,

    /// <summary>In bytes whose number is known.</summary>
    Bulk,

    /// <summary>Before the CR behind them.</summary>
    BulkEnd,

    /// <summary>Before the LF behind that.</summary>
    BulkEndLine,
}
