namespace Proxify.Configuration;

/// <summary>An option with one value: a number, a duration, a word.</summary>
/// <param name="name">The key.</param>
/// <param name="type">What the value may be.</param>
/// <param name="get">The property; null where it is not set.</param>
/// <param name="set">The record with the property set.</param>
/// <param name="meaning">See <see cref="IOption.Meaning"/>.</param>
/// <param name="default">Holds where nothing is set; null: then nothing does.</param>
internal sealed class ValueOption<TRecord, T>(
    string name, ScalarType<T> type, Func<TRecord, T?> get, Func<TRecord, T, TRecord> set, string meaning, T? @default = null)
    : Option<TRecord>(name, meaning)
    where T : struct
{
    public override object? Default => @default;

    public override object Type => type;

    /// <summary>The default.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Value => @default!.Value;

    /// <summary>
    /// The value in force where <paramref name="outer"/> holds for what <paramref name="inner"/> does not set, and the default for what neither sets.
    /// </summary>
    public T Of(TRecord? inner, TRecord? outer) => Find(inner, outer) ?? Value;

    /// <summary>As <see cref="Of"/>, null where there is no default either. Sections that are null set nothing.</summary>
    public T? Find(TRecord? inner, TRecord? outer) => (inner is null ? null : get(inner)) ?? (outer is null ? null : get(outer)) ?? @default;

    public override TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder)
    {
        if (type.IsOff(node))
            return record;

        if (type.TryRead(node, out var value))
            return set(record, value);

        binder.Expected(type.Expected, path, node);
        return record;
    }

    /// <summary>What is wrong with the value; null: nothing, or it is not set.</summary>
    public string? Problem(TRecord record) => get(record) is { } value ? type.Problem(value) : null;

    public override void Check(TRecord record, string section, ErrorList errors)
    {
        if (Problem(record) is { } problem)
            errors.Add(section + Name, problem);
    }
}
