using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Hosting;
using Proxify.Sessions;
using Proxify.Steering;

namespace Proxify.Tests.Hosting;

public sealed class KernelRefusalsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();
    private SteeringCounters? _counters = default(SteeringCounters);

    [Fact]
    public void One_line_per_period_tells_what_the_kernel_has_refused_since_the_last()
    {
        using var refusals = Start();
        _time.Advance(Refusals.Period);
        Assert.Empty(_log);

        _counters = new SteeringCounters(Steered: 10, Passed: 10, Denied: 3, NoSocket: 0, AssignErrors: 0, Limited: 4);
        _time.Advance(Refusals.Period);
        _time.Advance(Refusals.Period);
        _counters = _counters.Value with { Denied = 5, NoSocket = 1 };
        _time.Advance(Refusals.Period);

        Assert.Equal(
            [
                "Refused in the kernel since the last such line: 3 by Sources, 4 by rates.",
                "Refused in the kernel since the last such line: 2 by Sources, 0 by rates.",
                "Refused in the kernel since the last such line, because the steered listener could not take them: 1.",
            ],
            _log);
    }

    [Fact]
    public void Counters_that_cannot_be_read_are_told_with_the_next_and_the_rest_at_the_end()
    {
        var refusals = Start();
        _counters = null;
        _time.Advance(Refusals.Period);
        _counters = new SteeringCounters(0, 0, Denied: 3, 0, 0, 0);

        refusals.Dispose();

        Assert.Single(_log, "Refused in the kernel since the last such line: 3 by Sources, 0 by rates.");
    }

    private KernelRefusals Start() => new(() => _counters ?? throw new SteeringException("unreadable"), _time, _log);

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
