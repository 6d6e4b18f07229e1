using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

public sealed class RefusalsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LineLogger _log = new();
    private readonly Refusals _refusals;

    public RefusalsTests() => _refusals = new Refusals(_time, _log);

    public void Dispose() => _refusals.Dispose();

    [Fact]
    public void The_first_is_told_at_once_and_the_rest_in_one_line_per_period()
    {
        Note(1, "web", "rate");
        Assert.Equal(["App web: 1 connection refused by rate, such as 10.0.0.1:50000."], _log.Take());

        for (uint i = 2; i <= 500; i++)
            Note(i, "web", "rate");
        Assert.Empty(_log.Take());
        _time.Advance(Refusals.Period);
        Assert.Equal(["App web: 499 connections refused by rate, such as 10.0.1.244:50000."], _log.Take());

        _time.Advance(Refusals.Period * 10);
        Assert.Empty(_log.Take());
        Note(7, "web", "rate");
        Assert.Single(_log.Take());
    }

    [Fact]
    public void Apps_and_rules_are_told_apart()
    {
        Note(1, "web", "rate");
        Note(2, "web", "Sources of the app");
        Note(3, "db", "rate");

        Assert.Equal(
            ["App web: 1 connection refused by rate, such as 10.0.0.1:50000.", "App web: 1 connection refused by Sources of the app, such as 10.0.0.2:50000.",
                "App db: 1 connection refused by rate, such as 10.0.0.3:50000."],
            _log.Take());
    }

    [Fact]
    public void Many_apps_get_so_many_lines_and_one_more_and_nothing_is_lost()
    {
        for (var app = 0; app < 1_000; app++)
            Note(1, $"app{app}", "rate");
        Assert.Equal(Refusals.MostLines, _log.Take().Length);

        for (var i = 0; i < 5; i++)
            Note(1, "app999", "rate");
        _time.Advance(Refusals.Period);
        var lines = _log.Take();
        Assert.Equal(Refusals.MostLines + 1, lines.Length);
        Assert.StartsWith("App app999: 6 connections refused by rate,", lines[0], StringComparison.Ordinal);
        Assert.Equal("960 connections refused by 960 other rules.", lines[^1]);

        _time.Advance(Refusals.Period * 3);
        Assert.Empty(_log.Take());
    }

    [Fact]
    public void What_is_untold_at_the_end_is_told_then()
    {
        Note(1, "web", "rate");
        Note(2, "web", "rate");
        _log.Take();

        _refusals.Dispose();

        Assert.Equal(["App web: 1 connection refused by rate, such as 10.0.0.2:50000."], _log.Take());
    }

    [Fact]
    public void A_log_that_is_slow_holds_up_nobody_else()
    {
        Note(1, "web", "rate");
        _log.OnLine = () =>
        {
            _log.OnLine = null;
            // Somebody else meanwhile, of a rule that is known and of one that is not.
            var others = Task.Run(() =>
            {
                Note(2, "web", "rate");
                Note(3, "mail", "rate");
            });
            Assert.True(others.Wait(TimeSpan.FromSeconds(30)));
        };

        Note(4, "db", "rate");

        Assert.Equal(3, _log.Take().Length);
    }

    [Fact]
    public async Task Of_a_flood_from_many_threads_nothing_is_lost_while_periods_end()
    {
        const int PerThread = 50_000;
        var stop = false;
        var periods = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
                _time.Advance(Refusals.Period);
        });

        await Task.WhenAll(Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            for (uint i = 0; i < PerThread; i++)
                Note(i, i % 64 == 0 ? "db" : "web", "rate");
        })));
        Volatile.Write(ref stop, true);
        await periods;
        _refusals.Dispose();

        Assert.Equal(3 * PerThread, _log.Take().Sum(line => int.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_refusal_of_a_known_rule_allocates_nothing()
    {
        Note(1, "web", "rate");

        Assert.Equal(0, Allocations.Of(() => Note(2, "web", "rate")));
    }

    private void Note(uint source, string app, string rule) => _refusals.Note(app, rule, TcpEndpoint.FromIPv4(0x0a000000 + source, 50_000));

    private sealed class LineLogger : ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        /// <summary>Called with each line, before it is written.</summary>
        public Action? OnLine { get; set; }

        public string[] Take()
        {
            string[] lines = [.. _lines];
            _lines.Clear();
            return lines;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            OnLine?.Invoke();
            _lines.Enqueue(formatter(state, exception));
        }
    }
}
