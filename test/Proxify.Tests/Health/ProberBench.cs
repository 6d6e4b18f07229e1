using Proxify.Balancing;
using Proxify.Health;
using Proxify.Transport;

namespace Proxify.Tests.Health;

/// <summary>Checks on real sockets, one at a time.</summary>
internal static class ProberBench
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>How the check has ended, and what is known of it besides.</returns>
    public static async Task<(CheckResult Result, string? Problem)> CheckAsync(
        Prober prober, CheckSettings check, TcpEndpoint endpoint, TimeSpan? timeout = null, string host = "db.internal")
    {
        var ended = new TaskCompletionSource<(CheckResult, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Begin(prober, check, endpoint, TimeProvider.System, timeout ?? Patience, (task, result) => ended.SetResult((result, task.Problem)), host);
        using var tick = new PeriodicTimer(CheckLoop.ShortestPause);
        while (!ended.Task.IsCompleted && await tick.WaitForNextTickAsync())
            prober.Collect();
        return await ended.Task;
    }

    public static void Begin(Prober prober, CheckSettings check, TcpEndpoint endpoint, TimeProvider clock, TimeSpan timeout,
        Action<CheckTask, CheckResult> completed, string host = "db.internal")
    {
        var target = new TargetHealth("t", host, endpoint, new TargetLoad());
        using var monitor = Watch(target, check, timeout);
        var task = new CheckTask(target, completed);
        Assert.True(task.TryBegin(clock.GetTimestamp()));
        prober.Begin(task);
    }

    public static HealthMonitor Watch(TargetHealth target, CheckSettings check, TimeSpan timeout)
    {
        var monitor = new HealthMonitor(TimeProvider.System, new HealthBench.EventLog(), new FakeProber(), new HealthObserver());
        monitor.Follow([("app", HealthBench.Passive with { Check = check, Interval = TimeSpan.FromDays(1), CheckTimeout = timeout },
            [new HealthMember(target, true, false)])]);
        return monitor;
    }
}
