using System.Runtime.CompilerServices;

namespace Proxify.FuzzTests.Harness;

/// <summary>Something that takes a stranger's bytes.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The longest input that is tried.</summary>
    public virtual int MaxLength => 4096;

    /// <summary>One in how many inputs this one gets, since each is so much more to do.</summary>
    public virtual int Cost => 1;

    /// <summary>Good inputs to begin with.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Byte sequences that mean something and would take long to be hit on.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>The most bytes that an input of that length may make us allocate.</summary>
    public abstract long AllocationBound(int length);

    /// <summary>Takes an input, and throws where something is wrong with what comes of it.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Assert.True, which makes a text of each condition, would be most of the work.</summary>
    protected static void Holds(bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition)
            throw new InvalidOperationException($"does not hold: {what}");
    }
}
