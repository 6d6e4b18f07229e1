namespace Proxify.Configuration;

/// <summary>What the declaration of an array says besides: <see cref="IOption.Type"/> is that of an item.</summary>
internal interface IListOption : IOption
{
    /// <summary>What it is an array of, in the plural.</summary>
    string Items { get; }

    bool MayBeEmptyInFile { get; }

    /// <summary>The most items; <see cref="int.MaxValue"/>: no bound of its own.</summary>
    int Most { get; }
}
