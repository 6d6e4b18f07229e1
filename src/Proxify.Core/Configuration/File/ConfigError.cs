namespace Proxify.Configuration;

/// <summary>One thing wrong with a config.</summary>
/// <param name="Path">Where in the config: <c>Apps[1].Ports[2]</c>; empty for the document itself.</param>
/// <param name="Message">What is wrong and what was expected.</param>
/// <param name="Line">1-based line in the file, 0 when the config did not come from text.</param>
/// <param name="Column">1-based column (in bytes of UTF-8), 0 when the config did not come from text.</param>
public sealed record ConfigError(string Path, string Message, int Line = 0, int Column = 0)
{
    /// <summary>Which part of a config that is kept in several it is in, and its line and column count in; null: the config is one text.</summary>
    public string? Source { get; init; }

    /// <summary><c>12:9: Apps[1].Ports[2]: message</c>, without the parts that are not known.</summary>
    public override string ToString() => (Line, Path) switch
    {
        (0, "") => Message,
        (0, _) => $"{Path}: {Message}",
        (_, "") => $"{Line}:{Column}: {Message}",
        _ => $"{Line}:{Column}: {Path}: {Message}",
    };

    /// <summary><c>config.json:12:9: Apps[1].Ports[2]: message</c>: the form that editors and terminals make a link of.</summary>
    /// <param name="file">The file's path, as the user wrote it; <see cref="Source"/> stands in its place.</param>
    public string ToString(string file) => Line == 0 ? $"{Source ?? file}: {this}" : $"{Source ?? file}:{this}";
}
