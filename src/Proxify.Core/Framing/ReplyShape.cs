namespace Proxify.Framing;

/// <summary>What a reply looks like, where that depends on its request.</summary>
internal enum ReplyShape : byte
{
    /// <summary>As every reply of the protocol.</summary>
    Plain,

    /// <summary>memcached: any number of values, then a line (<c>get</c> and its like).</summary>
    Values,

    /// <summary>memcached: a line, or a value behind one (<c>mg</c>).</summary>
    Meta,
}
