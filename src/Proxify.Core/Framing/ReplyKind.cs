namespace Proxify.Framing;

/// <summary>What a reply tells of its key.</summary>
internal enum ReplyKind : byte
{
    Value,

    /// <summary>There is no such key.</summary>
    NoKey,

    /// <summary>Nothing: it is an error.</summary>
    Error,
}
