namespace Proxify.Configuration;

/// <summary>A pattern of an alternative name of a certificate, with the name's kind before it: <c>dns:*.clients.internal</c>.</summary>
/// <param name="Kind">Of which names it is.</param>
/// <param name="Pattern">As <see cref="Wildcard"/> reads it; a star stays within a label, a segment of a path, or one side of the @.</param>
internal sealed record NamePattern(NameKind Kind, string Pattern)
{
    private static readonly (NameKind Kind, string Prefix, char Separator, StringComparison Comparison)[] Kinds =
    [
        (NameKind.Dns, "dns:", '.', StringComparison.OrdinalIgnoreCase),
        (NameKind.Uri, "uri:", '/', StringComparison.Ordinal),
        (NameKind.Email, "email:", '@', StringComparison.OrdinalIgnoreCase),
    ];

    public static bool IsPattern(string text) => TryParse(text) is not null;

    /// <summary>Null: the text is none.</summary>
    public static NamePattern? TryParse(string text)
    {
        var kind = Array.Find(Kinds, kind => text.StartsWith(kind.Prefix, StringComparison.Ordinal));
        return kind.Prefix is { } prefix && text.Length > prefix.Length && text.All(c => c is > ' ' and <= '~')
            ? new NamePattern(kind.Kind, text[prefix.Length..])
            : null;
    }

    public bool Fits(NameKind kind, string name)
    {
        var (_, _, separator, comparison) = Array.Find(Kinds, row => row.Kind == Kind);
        return kind == Kind && Wildcard.Fits(Pattern, name, separator, comparison);
    }
}
