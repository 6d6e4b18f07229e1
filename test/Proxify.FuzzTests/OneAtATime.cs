namespace Proxify.FuzzTests;

/// <summary>Coverage is counted for the whole process.</summary>
[CollectionDefinition(nameof(OneAtATime), DisableParallelization = true)]
public sealed class OneAtATime;
