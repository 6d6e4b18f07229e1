namespace Proxify.Configuration;

/// <summary>A place in a text file.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in bytes of UTF-8.</param>
internal readonly record struct TextPosition(int Line, int Column)
{
    public static TextPosition Start { get; } = new(1, 1);

    public override string ToString() => $"{Line}:{Column}";
}
