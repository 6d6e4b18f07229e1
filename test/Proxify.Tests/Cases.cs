namespace Proxify.Tests;

/// <summary>
/// How many random cases a property is tried with, and for how long: a fifth in daily work, all where PROXIFY_THOROUGH is set, as make test sets it. Each run
/// draws other cases, so many short runs see what a long one sees.
/// </summary>
internal static class Cases
{
    private const int Share = 5;

    private static readonly bool s_all = Environment.GetEnvironmentVariable("PROXIFY_THOROUGH") is { Length: > 0 };

    public static int Of(int all) => s_all ? all : Math.Max(1, all / Share);

    public static TimeSpan Of(TimeSpan all) => s_all ? all : all / Share;
}
