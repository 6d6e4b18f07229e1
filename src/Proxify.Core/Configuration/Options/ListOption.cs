using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>An option that is an array.</summary>
/// <param name="name">The key.</param>
/// <param name="items">What an error expects an array of.</param>
/// <param name="item">What each item may be.</param>
/// <param name="get">The property.</param>
/// <param name="set">The record with the property set; to null where the array cannot be read.</param>
/// <param name="meaning">See <see cref="IOption.Meaning"/>.</param>
internal sealed class ListOption<TRecord, TItem>(
    string name, string items, OptionType<TItem> item, Func<TRecord, IReadOnlyList<TItem>?> get,
    Func<TRecord, IReadOnlyList<TItem>, TRecord> set, string meaning)
    : Option<TRecord>(name, meaning), IListOption
{
    public override object Type => item;

    public string Items => items;

    /// <summary>What there has to be one of, for an error; null: the array may be empty.</summary>
    public string? AtLeastOne { get; init; }

    /// <summary>Why the file may not write an empty array, although the record may have one; null: it may.</summary>
    public string? EmptyInFile { get; init; }

    /// <summary>The most items; with <see cref="TooMany"/>, which ends the sentence that begins with their number.</summary>
    public int Most { get; init; } = int.MaxValue;

    public string TooMany { get; init; } = "";

    /// <summary>Whether no item may stand there twice. For words: of what has any number of values, each is compared with all before it.</summary>
    public bool IsSet { get; init; }

    public bool MayBeEmptyInFile => AtLeastOne is null && EmptyInFile is null;

    /// <summary>Whether an item is right by itself, whatever it has to do with others.</summary>
    public bool IsGood(TItem value) => item.Problem(value) is null;

    public override TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder)
    {
        if (node.Kind != JsonValueKind.Array)
        {
            binder.Expected($"an array of {items}", path, node);
            return set(record, null!);
        }

        if (node.Items.Count == 0 && EmptyInFile is not null)
            binder.Fail(path, node, EmptyInFile);

        var values = new List<TItem>(node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++)
            values.Add(item.Bind(node.Items[i], $"{path}[{i}]", binder)!);

        return set(record, values);
    }

    public override void Check(TRecord record, string section, ErrorList errors)
    {
        var values = get(record);
        if (values is null)
            errors.Add(section + Name, "is missing");
        else if (values.Count == 0 && AtLeastOne is not null)
            errors.Add(section + Name, $"is empty; expected at least one {AtLeastOne}");
        else if (values.Count > Most)
            errors.Add(section + Name, $"{values.Count:N0} {TooMany}");
        else
            CheckItems(values, section, errors);
    }

    // Lists may be long: a path is made for an item with an error only.
    private void CheckItems(IReadOnlyList<TItem> values, string section, ErrorList errors)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                errors.Add($"{section}{Name}[{i}]", "is missing");
                continue;
            }

            if (item.Problem(value) is { } problem)
                errors.Add($"{section}{Name}[{i}]", problem);
            else if (IsSet && values.TakeWhile(other => !EqualityComparer<TItem>.Default.Equals(other, value)).Count() is var first && first < i)
                errors.Add($"{section}{Name}[{i}]", $"{item.Write(value)} is already given by {section}{Name}[{first}]");

            item.Keys?.Check(value, $"{section}{Name}[{i}].", errors);
        }
    }
}
