using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Proxify.Peers;

/// <summary>How long tests wait for what must happen. A hang fails after <see cref="Limit"/> and names what was waited for.</summary>
internal static class Patience
{
    /// <summary>Generous: only a defect, never a slow machine, should reach it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>For what must NOT happen: long enough that a wrong implementation shows itself on an idle machine.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    public static Task Within(this Task task, TimeSpan? limit = null, [CallerArgumentExpression(nameof(task))] string what = "") =>
        Named(async () =>
        {
            await task.WaitAsync(limit ?? Limit);
            return 0;
        }, what);

    public static Task<T> Within<T>(this Task<T> task, TimeSpan? limit = null, [CallerArgumentExpression(nameof(task))] string what = "") =>
        Named(() => task.WaitAsync(limit ?? Limit), what);

    public static Task<T> Within<T>(this ValueTask<T> task, TimeSpan? limit = null, [CallerArgumentExpression(nameof(task))] string what = "") =>
        Named(() => task.AsTask().WaitAsync(limit ?? Limit), what);

    /// <summary>Waits for a state that nobody announces, such as a socket's in the kernel.</summary>
    public static Task Eventually(Func<bool> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually(() => Task.FromResult(condition()), limit, what);

    /// <summary>The same of something that takes a step to be looked at.</summary>
    public static async Task Eventually(Func<Task<bool>> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!await HoldsAsync(condition, limit ?? Limit))
            Assert.Fail($"did not become true in time: {what}");
    }

    /// <summary>Looks for <see cref="Glance"/> whether something that must not happen does happen.</summary>
    public static async Task Never(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (await HoldsAsync(() => Task.FromResult(condition()), Glance))
            Assert.Fail($"must not become true: {what}");
    }

    private static async Task<bool> HoldsAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(PollInterval);
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                return false;
            await tick.WaitForNextTickAsync();
        }

        return true;
    }

    private static async Task<T> Named<T>(Func<Task<T>> wait, string what)
    {
        try
        {
            return await wait();
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"did not end in time: {what}");
        }
    }
}
