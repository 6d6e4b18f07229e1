namespace Proxify.Configuration;

/// <summary>The options of one object of the config file, in the order in which errors, the schema and the reference list them.</summary>
/// <param name="example">What an error shows where something else than an object stands in its place.</param>
/// <param name="options">The options.</param>
internal sealed class Section<TRecord>(string example, params Option<TRecord>[] options) : ISection
{
    private readonly string[] _names = [.. options.Select(option => option.Name)];

    public IReadOnlyList<IOption> Options => options;

    /// <summary>The record with what the object's members say.</summary>
    /// <param name="record">With the defaults.</param>
    /// <param name="node">Anything; what is no object is an error.</param>
    /// <param name="path">Where it stands: empty for the document.</param>
    /// <param name="binder">Takes the errors.</param>
    public TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder)
    {
        var members = binder.Members(node, path, _names, example);
        foreach (var option in options)
        {
            if (members.TryGetValue(option.Name, out var value))
                record = option.Bind(record, value, path.Length == 0 ? option.Name : $"{path}.{option.Name}", binder);
        }

        return record;
    }

    /// <summary>Tells of all values that their options may not have.</summary>
    /// <param name="record">The values.</param>
    /// <param name="path">Empty for the document; otherwise with a dot at its end.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public void Check(TRecord record, string path, ErrorList errors)
    {
        foreach (var option in options)
            option.Check(record, path, errors);
    }
}
