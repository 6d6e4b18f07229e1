namespace Proxify.SystemTests.Cluster;

internal enum VisitEnd
{
    /// <summary>Answered, and ended by FIN on both sides.</summary>
    Done,

    /// <summary>By a RST instead of a connection.</summary>
    Refused,

    /// <summary>No way there.</summary>
    Unreachable,

    /// <summary>Nobody answered.</summary>
    TimedOut,

    /// <summary>The connection was there, and was reset, ended or silent before it was done.</summary>
    Cut,
}
