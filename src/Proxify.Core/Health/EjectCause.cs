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

internal static class EjectCauseText
{
    /// <summary>As log lines say it.</summary>
    public static string ToText(this EjectCause cause) => cause switch
    {
        EjectCause.Refused => "connects fail",
        EjectCause.TimedOut => "a connect ran into its timeout",
        EjectCause.FailureRate => "too many connects fail",
        EjectCause.EarlyClose => "it ends sessions without having sent a byte",
        _ => "it takes bytes and answers none",
    };

    /// <summary>Whether anybody looks for it under these settings.</summary>
    public static bool IsLookedFor(this EjectCause cause, HealthSettings settings) => cause switch
    {
        EjectCause.Silent => settings.FirstByte is not null,
        EjectCause.EarlyClose => settings.EarlyClose is not null,
        _ => true,
    };
}
