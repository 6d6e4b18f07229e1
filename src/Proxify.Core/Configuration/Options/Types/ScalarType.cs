using System.Diagnostics.CodeAnalysis;

namespace Proxify.Configuration;

/// <summary>The type of a value that is one JSON text, number or truth value.</summary>
internal abstract class ScalarType<T> : OptionType<T>
{
    /// <summary>What an error says was expected.</summary>
    public abstract string Expected { get; }

    /// <summary>Stands in an array for an item that cannot be read.</summary>
    protected virtual T? Unreadable => default;

    /// <summary>Reads what has the right form, whatever its size.</summary>
    public abstract bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out T value);

    /// <summary>Whether the node says that there is no such value, which is the same as leaving the key out.</summary>
    public virtual bool IsOff(ConfigNode node) => false;

    public sealed override T? Bind(ConfigNode node, string path, ConfigBinder binder)
    {
        if (TryRead(node, out var value))
            return value;

        binder.Expected(Expected, path, node);
        return Unreadable;
    }
}
