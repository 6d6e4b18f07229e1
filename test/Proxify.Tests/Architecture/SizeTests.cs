using System.Text.RegularExpressions;

namespace Proxify.Tests.Architecture;

/// <summary>How large things may get, and that their names tell them apart.</summary>
public sealed partial class SizeTests
{
    private const int LargestFile = 350;
    private const int MedianFile = 70;
    private const int LongestMethod = 60;

    /// <summary>What a method says that is longer for a reason.</summary>
    private const string Excuse = "// Long, because ";

    private static IReadOnlyList<(string Name, string[] Lines)> Files { get; } =
    [
        .. new[] { "src", "test", "bench" }
            .SelectMany(d => Directory.GetFiles(Path.Combine(Repository.Root, d), "*.cs", SearchOption.AllDirectories))
            .Select(file => (Path.GetRelativePath(Repository.Root, file), File.ReadAllLines(file))),
    ];

    [Fact]
    public void No_file_is_larger_than_can_be_read_at_once() =>
        AreNone(Files.Where(f => f.Lines.Length >= LargestFile).Select(f => $"{f.Name} has {f.Lines.Length} lines"));

    [Fact]
    public void Most_files_are_small() => Assert.InRange(Files.Select(f => f.Lines.Length).Order().ElementAt(Files.Count / 2), 1, MedianFile - 1);

    [Fact]
    public void No_method_is_long_without_a_reason() => AreNone(
        from file in Files
        from method in Methods(file.Lines)
        where method.Length > LongestMethod && !method.Lines.Any(line => line.Contains(Excuse, StringComparison.Ordinal))
        select $"{file.Name}: {method.Length} lines: {method.Head.Trim()}");

    /// <summary>A reader would take one for the other.</summary>
    [Fact]
    public void No_two_types_differ_by_a_plural_or_not_at_all()
    {
        var types = Files.Where(f => f.Name.StartsWith("src", StringComparison.Ordinal))
            .SelectMany(f => f.Lines.Select(line => TypeName().Match(line)).Where(m => m.Success && !m.Value.Contains("partial", StringComparison.Ordinal)))
            .Select(m => m.Groups["name"].Value).ToList();
        var names = types.ToHashSet();

        AreNone(types.Where(name => names.Contains(name + "s")).Select(name => $"{name}, {name}s"));
        AreNone(types.CountBy(name => name).Where(n => n.Value > 1).Select(n => $"{n.Value} are called {n.Key}"));
    }

    /// <summary>Bodies in braces of what is a member of a type, or of a type in it.</summary>
    private static IEnumerable<(string Head, int Length, string[] Lines)> Methods(string[] lines)
    {
        for (var open = 0; open < lines.Length; open++)
        {
            if (lines[open] is not ("    {" or "        {"))
                continue;
            var indent = lines[open][..^1];
            var head = open - 1;
            while (head > 0 && lines[head].StartsWith(indent + ' ', StringComparison.Ordinal))
                head--;
            if (NoMethod().IsMatch(lines[head]))
                continue;
            var close = Array.FindIndex(lines, open, line => line.StartsWith(indent + '}', StringComparison.Ordinal));
            yield return (lines[head], close - open - 1, lines[open..close]);
        }
    }

    private static void AreNone(IEnumerable<string> wrong) => Assert.Equal("", string.Join('\n', wrong));

    /// <summary>A type, or a value that is written out.</summary>
    [GeneratedRegex(@"\b(class|struct|interface|enum|record|namespace)\b|=> new|= new")]
    private static partial Regex NoMethod();

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|interface|enum|record|record struct) (?<name>\w+)")]
    private static partial Regex TypeName();
}
