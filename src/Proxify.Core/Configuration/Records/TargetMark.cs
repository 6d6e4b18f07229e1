namespace Proxify.Configuration;

/// <summary>
/// Somebody wants a target to get no sessions from any of the proxies that share a config. It is kept where the config is, and not part of it.
/// </summary>
/// <param name="By">Who.</param>
/// <param name="Machine">Which proxy was told.</param>
/// <param name="At">When.</param>
/// <param name="EndsSessions">Whether the sessions that it has are ended as well.</param>
/// <param name="Within">Over how much time they are ended, evenly; null: at once where <paramref name="EndsSessions"/> says so.</param>
/// <param name="Until">When it ends by itself; null: when it is taken away.</param>
internal sealed record TargetMark(string By, string Machine, DateTimeOffset At, bool EndsSessions, TimeSpan? Within, DateTimeOffset? Until)
{
    /// <summary>In a word.</summary>
    public string State => EndsSessions ? Disabled : Drained;

    public const string Drained = "drained";
    public const string Disabled = "disabled";
}
