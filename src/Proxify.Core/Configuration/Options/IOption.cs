namespace Proxify.Configuration;

/// <summary>What the declaration of an option says about it: the schema and the tables of docs/configuration.md are written from this.</summary>
internal interface IOption
{
    /// <summary>The key in the file, and the property of the record.</summary>
    string Name { get; }

    /// <summary>What it does, in Markdown: the last column of its row in docs/configuration.md.</summary>
    string Meaning { get; }

    bool IsRequired { get; }

    /// <summary>What holds where the key is absent, in words; beside <see cref="Default"/>, what that value means. Null: nothing to add.</summary>
    string? Absent { get; }

    /// <summary>The value that holds where the key is absent; null: there is none to be written.</summary>
    object? Default { get; }

    /// <summary>
    /// What may be written: an <see cref="OptionType{T}"/>, an <see cref="ISection"/> for an object with keys of its own, or the option itself where no other
    /// is written like it.
    /// </summary>
    object Type { get; }
}
