namespace Proxify.Tests;

/// <summary>
/// Of tests that look at what the whole process holds, or take all of the machine. Beside others they would also meet children of this process: between
/// fork(2) and execve(2) a child holds a copy of each of our descriptors, so what we have closed by then is closed only when the child gets on.
/// </summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
