namespace Proxify.Configuration;

/// <summary>What a value may be, and how it is written.</summary>
internal abstract class OptionType<T>
{
    /// <summary>The keys of a value that is written as an object; null: it is none.</summary>
    public virtual Section<T>? Keys => null;

    /// <summary>The value that the node says. What cannot be read is told to the binder, and something stands in its place.</summary>
    public abstract T? Bind(ConfigNode node, string path, ConfigBinder binder);

    /// <summary>What is wrong with a value that can be written, as a number that is too large; null: nothing.</summary>
    public virtual string? Problem(T value) => null;

    /// <summary>A value without problems, as an error shows it.</summary>
    public virtual string Write(T value) => $"{value}";
}
