namespace Proxify.Configuration;

/// <summary>
/// One key of the config file. Its declaration is the only place that says its name, type, bounds, default and meaning: the reader, the validator and the value
/// in force use it, the schema and docs/configuration.md are written from it.
/// </summary>
/// <typeparam name="TRecord">The record with the property of the same name.</typeparam>
internal abstract class Option<TRecord>(string name, string meaning) : IOption
{
    public string Name { get; } = name;

    public string Meaning { get; } = meaning;

    public bool IsRequired { get; init; }

    public string? Absent { get; init; }

    public virtual object? Default => null;

    public abstract object Type { get; }

    /// <summary>The record with what the file says. What cannot be read is told to the binder, and the record stays as it is.</summary>
    public abstract TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder);

    /// <summary>Tells of a value that the option may not have.</summary>
    /// <param name="record">Where the value is.</param>
    /// <param name="section">The path of the record: empty, or with a dot at its end.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public abstract void Check(TRecord record, string section, ErrorList errors);
}
