namespace Proxify.Caching;

/// <summary>Where a block of the arena belongs.</summary>
internal enum CacheSegment : byte
{
    /// <summary>Nothing is in it.</summary>
    Free,

    /// <summary>Nobody's yet, or no longer.</summary>
    Taken,

    /// <summary>What has just come in.</summary>
    Window,

    /// <summary>What has won a place, and was not asked for since.</summary>
    Probation,

    /// <summary>What was asked for again.</summary>
    Protected,

    /// <summary>The arena ends here.</summary>
    End,
}
