namespace Proxify.Health;

/// <summary>How a check ended.</summary>
internal enum CheckResult
{
    Good,

    /// <summary>The connect failed.</summary>
    Unreachable,

    /// <summary>Not done within the time.</summary>
    TimedOut,

    /// <summary>Connected, but not what was expected: no TLS, a wrong certificate, another answer, an early end.</summary>
    BadAnswer,

    /// <summary>This machine could not make the check, which says nothing of the target.</summary>
    NotMade,
}

internal static class CheckResultText
{
    /// <summary>A bad one as log lines say it.</summary>
    /// <param name="result">Not a good one.</param>
    /// <param name="problem">Of a bad answer, what is wrong with it; null: nothing more is known.</param>
    public static string ToText(this CheckResult result, string? problem) => result switch
    {
        CheckResult.Unreachable => "the connect failed",
        CheckResult.TimedOut => "not done in time",
        _ => problem ?? "not the answer that was expected",
    };
}
