namespace Proxify.Configuration;

/// <summary>How the choices of <see cref="HealthConfig"/> are written, each in the order of its values.</summary>
internal static class HealthWords
{
    public static IReadOnlyList<string> Types { get; } = ["tcp", "tls"];

    public static IReadOnlyList<string> Fates { get; } = ["keep", "drain", "reset"];

    /// <summary>What an error says was expected.</summary>
    public static string Expected(IReadOnlyList<string> words) => $"{string.Join(", ", words.SkipLast(1).Select(Quoted.Text))} or {Quoted.Text(words[^1])}";
}
