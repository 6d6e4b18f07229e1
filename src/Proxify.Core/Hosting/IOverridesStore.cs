using Proxify.Runtime;

namespace Proxify.Hosting;

/// <summary>Keeps the changes made at run time beyond the process. One call at a time.</summary>
internal interface IOverridesStore
{
    /// <summary>Where it keeps them, for people.</summary>
    string Place { get; }

    /// <summary>What was kept last.</summary>
    /// <param name="problem">Why that cannot be known, and what has become of it; null: nothing is wrong.</param>
    Overrides Read(out string? problem);

    /// <summary>Keeps these, and nothing else any more.</summary>
    /// <returns>Why they are not kept; null: they are.</returns>
    string? Write(Overrides overrides);
}
