using System.Text.RegularExpressions;

namespace Proxify.Tests.Architecture;

/// <summary>What .editorconfig says of the code's looks and <c>dotnet format</c> does not look at.</summary>
public sealed partial class StyleTests
{
    /// <summary>max_line_length in .editorconfig.</summary>
    private const int LongestLine = 160;

    private static IEnumerable<string> Files { get; } =
        [.. new[] { "src", "test", "bench" }.SelectMany(d => Directory.GetFiles(Path.Combine(Repository.Root, d), "*.cs", SearchOption.AllDirectories))];

    [Fact]
    public void Lines_are_no_longer_than_editorconfig_says()
    {
        // A literal that has to stay whole (a message that is searched for, a command line) may be longer.
        AreNone(Lines().Where(l => l.Text.Length > LongestLine && !LongLiteral().IsMatch(l.Text)).Select(l => $"{l.Place}: {l.Text.Trim()}"));
    }

    [Fact]
    public void Bodies_of_one_line_have_no_braces()
    {
        var wrong = new List<string>();
        foreach (var file in Files)
        {
            foreach (Match match in BracedLine().Matches(File.ReadAllText(file)))
            {
                var isOfSeveral = match.Groups["else"].Success || match.Groups["follows"].Value == "else";
                if (!isOfSeveral && !match.Groups["body"].Value.StartsWith("//", StringComparison.Ordinal))
                    wrong.Add($"{Path.GetFileName(file)}: {match.Groups["head"].Value.Trim()}");
            }
        }

        AreNone(wrong);
    }

    private static void AreNone(IEnumerable<string> wrong) => Assert.Equal("", string.Join('\n', wrong));

    private static IEnumerable<(string Place, string Text)> Lines() =>
        Files.SelectMany(file => File.ReadLines(file).Select((text, i) => ($"{Path.GetRelativePath(Repository.Root, file)}:{i + 1}", text)));

    [GeneratedRegex("\"[^\"]{60,}\"|\"\"\"|^\\s*\\+? ?\\$?\"")]
    private static partial Regex LongLiteral();

    [GeneratedRegex(
        @"^(?<indent> *)(?<else>else )?(?<head>(?:if|foreach|for|while|lock) \(.*\))\n\k<indent>\{\n {4}\k<indent>(?<body>[^ \n{}].*;)\n\k<indent>\}\n\k<indent>(?<follows>\w*)",
        RegexOptions.Multiline)]
    private static partial Regex BracedLine();
}
