using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Proxify.SystemTests.Harness;

/// <summary>The lines that a process wrote, awaitable.</summary>
internal sealed class LineLog
{
    private const int ShownOnFailure = 40;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public string[] Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public override string ToString() => string.Join('\n', Lines);

    /// <summary>Reads until the writer has ended.</summary>
    public async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            Add(line);
        lock (_lock)
        {
            _ended = true;
            _changed.TrySetResult();
        }
    }

    /// <summary>The first line, from <paramref name="start"/> on, that fits; waits for it.</summary>
    public async Task<string> WaitAsync(
        Func<string, bool> fits, int start = 0, TimeSpan? limit = null, [CallerArgumentExpression(nameof(fits))] string what = "")
    {
        var began = Stopwatch.GetTimestamp();
        for (var next = start; ;)
        {
            Task changed;
            bool ended;
            lock (_lock)
            {
                for (; next < _lines.Count; next++)
                {
                    if (fits(_lines[next]))
                        return _lines[next];
                }

                changed = _changed.Task;
                ended = _ended;
            }

            var left = (limit ?? Patience.Limit) - Stopwatch.GetElapsedTime(began);
            if (ended || left <= TimeSpan.Zero || await Task.WhenAny(changed, Timer(left)) != changed)
                Assert.Fail($"no line with {what} came{(ended ? " before the process ended" : " in time")}; the last lines:\n{string.Join('\n', Lines.TakeLast(ShownOnFailure))}");
        }
    }

    private void Add(string line)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _lines.Add(line);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    private static async Task Timer(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
