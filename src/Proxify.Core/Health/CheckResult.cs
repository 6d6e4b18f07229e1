namespace Proxify.Health;

/// <summary>How a check ended.</summary>
internal enum CheckResult
{
    Good,

    /// <summary>The connect failed.</summary>
    Unreachable,

    /// <summary>Not done within the time.</summary>
    TimedOut,

    /// <summary>Connected, but not what was expected: no TLS, another answer, an early end.</summary>
    BadAnswer,

    /// <summary>This machine could not make the check, which says nothing of the target.</summary>
    NotMade,
}

internal static class CheckResultText
{
    /// <summary>A bad one as log lines say it.</summary>
    public static string ToText(this CheckResult result) => result switch
    {
        CheckResult.Unreachable => "the connect failed",
        CheckResult.TimedOut => "not done in time",
        _ => "not the answer that was expected",
    };
}
