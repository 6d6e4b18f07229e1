namespace Proxify.Health;

/// <summary>Why a target was ejected.</summary>
internal enum EjectCause
{
    /// <summary>Connects failed at once.</summary>
    Refused,

    /// <summary>A connect ran into its timeout: the dearest failure for clients.</summary>
    TimedOut,

    /// <summary>Too many connects failed.</summary>
    FailureRate,

    /// <summary>It ended sessions without having sent a byte.</summary>
    EarlyClose,

    /// <summary>It took bytes and answered none.</summary>
    Silent,
}
