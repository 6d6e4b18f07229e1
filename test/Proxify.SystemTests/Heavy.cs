namespace Proxify.SystemTests;

/// <summary>Tests that want the machine for themselves: they move much, open much, or count on timing under load.</summary>
[CollectionDefinition(nameof(Heavy), DisableParallelization = true)]
public sealed class Heavy;
