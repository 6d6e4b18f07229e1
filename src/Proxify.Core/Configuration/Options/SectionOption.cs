namespace Proxify.Configuration;

/// <summary>An option that is an object with keys of its own.</summary>
/// <param name="name">The key.</param>
/// <param name="section">Those keys.</param>
/// <param name="get">The property; never null in a record that was read.</param>
/// <param name="set">The record with the property set.</param>
/// <param name="meaning">See <see cref="IOption.Meaning"/>.</param>
internal sealed class SectionOption<TRecord, TValue>(
    string name, Section<TValue> section, Func<TRecord, TValue?> get, Func<TRecord, TValue, TRecord> set, string meaning)
    : Option<TRecord>(name, meaning)
    where TValue : class
{
    public override object Type => section;

    public override TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder) =>
        set(record, section.Bind(get(record)!, node, path, binder));

    public override void Check(TRecord record, string parent, ErrorList errors)
    {
        if (get(record) is { } value)
            section.Check(value, $"{parent}{Name}.", errors);
        else
            errors.Add(parent + Name, "is missing");
    }
}
