namespace Proxify.Configuration;

/// <summary>The options of one object of the config file.</summary>
internal interface ISection
{
    /// <summary>In the order in which the schema, the reference and error messages list them.</summary>
    IReadOnlyList<IOption> Options { get; }
}
