using Proxify.Health;

namespace Proxify.Tests.Health;

/// <summary>Checks that end as the test says: at once, or when it completes them.</summary>
internal sealed class FakeProber : IProber
{
    /// <summary>What a check ends with at once; null leaves it under way.</summary>
    public Func<CheckTask, CheckResult?> OnBegin { get; set; } = _ => CheckResult.Good;

    public List<CheckTask> Begun { get; } = [];

    public void Begin(CheckTask task)
    {
        Begun.Add(task);
        if (OnBegin(task) is { } result)
            task.Complete(result);
    }

    public bool Collect() => false;

    public void Dispose()
    {
    }
}
