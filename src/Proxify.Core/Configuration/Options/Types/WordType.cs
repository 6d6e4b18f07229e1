using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A choice of words, each a value of an enum: the one table of how it is written.</summary>
internal sealed class WordType<T>(params (T Value, string Word)[] table) : ScalarType<T>
    where T : struct, Enum
{
    public IReadOnlyList<string> Words { get; } = [.. table.Select(row => row.Word)];

    public override string Expected => $"{string.Join(", ", Words.SkipLast(1).Select(Quoted.Text))} or {Quoted.Text(Words[^1])}";

    /// <exception cref="ArgumentOutOfRangeException">The value has no word.</exception>
    public string WordOf(T value) => Find(value) ?? throw new ArgumentOutOfRangeException(nameof(value), value, "has no word");

    public override bool TryRead(ConfigNode node, out T value)
    {
        var row = Array.Find(table, row => node.Kind == JsonValueKind.String && row.Word == node.Text);
        value = row.Value;
        return row.Word is not null;
    }

    public override string? Problem(T value) => Find(value) is null ? $"expected {Expected}, found {value}" : null;

    public override string Write(T value) => Quoted.Text(WordOf(value));

    private string? Find(T value) => Array.Find(table, row => EqualityComparer<T>.Default.Equals(row.Value, value)).Word;
}
