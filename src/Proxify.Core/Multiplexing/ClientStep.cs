namespace Proxify.Multiplexing;

/// <summary>What a client that shares connections needs from its session.</summary>
internal enum ClientStep
{
    /// <summary>A shared connection, as it has none and something to send.</summary>
    Join,

    /// <summary>A target connection of its own, from here on. Nothing of it is under way.</summary>
    Own,

    /// <summary>Nothing any more: it has ended.</summary>
    End,
}
