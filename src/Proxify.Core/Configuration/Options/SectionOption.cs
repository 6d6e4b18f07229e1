namespace Proxify.Configuration;

/// <summary>An option that is an object with keys of its own.</summary>
/// <param name="name">The key.</param>
/// <param name="section">Those keys.</param>
/// <param name="get">The property; never null in a record that was read, unless there is an <see cref="Empty"/>.</param>
/// <param name="set">The record with the property set.</param>
/// <param name="meaning">See <see cref="IOption.Meaning"/>.</param>
internal sealed class SectionOption<TRecord, TValue>(
    string name, Section<TValue> section, Func<TRecord, TValue?> get, Func<TRecord, TValue, TRecord> set, string meaning)
    : Option<TRecord>(name, meaning)
    where TValue : class
{
    public override object Type => section;

    /// <summary>What a section that is in the file begins with, where one that is not is null. Null: a section that is not there has its defaults.</summary>
    public TValue? Empty { get; init; }

    public override TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder) =>
        set(record, section.Bind(get(record) ?? Empty!, node, path, binder));

    public override void Check(TRecord record, string parent, ErrorList errors)
    {
        if (get(record) is { } value)
            section.Check(value, $"{parent}{Name}.", errors);
        else if (Empty is null)
            errors.Add(parent + Name, "is missing");
    }
}
