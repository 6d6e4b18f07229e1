using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Tells of connections that rules and rates refuse: of an app and what refuses, the first at once, and then one line per <see cref="Period"/> with a count and
/// an example. So whoever floods is seen and does not fill the log: of many apps and causes, <see cref="MostLines"/> per period at the most, those with the
/// highest counts first, and the rest in one line more.
/// </summary>
/// <remarks>
/// A flood pays for a look-up and two interlocked operations per connection. Only the first of a period takes the lock, and lines are written outside of it:
/// a log that is slow holds up nobody else.
/// </remarks>
internal sealed class Refusals(TimeProvider timeProvider, ILogger logger) : IDisposable
{
    public const int MostLines = 20;

    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string App, string Rule), RefusalTally> _tallies = new();

    /// <summary>Held by whoever adds or removes a tally, and guards what follows.</summary>
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private int _lines;
    private bool _isDisposed;

    /// <summary>From any thread.</summary>
    /// <param name="app">Whose connection it was.</param>
    /// <param name="rule">What refused it.</param>
    /// <param name="client">Who came.</param>
    public void Note(string app, string rule, TcpEndpoint client)
    {
        if (_tallies.TryGetValue((app, rule), out var tally) && tally.TryAdd(client))
            return;
        if (NoteFirst(app, rule, client) is { } line)
            Write(line);
    }

    /// <summary>Tells what has not been told yet.</summary>
    public void Dispose()
    {
        List<Line> lines;
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            lines = TakeAll();
        }

        Write(lines);
    }

    /// <summary>The line that is to be written at once, if there may be another one in this period.</summary>
    private Line? NoteFirst(string app, string rule, TcpEndpoint client)
    {
        lock (_gate)
        {
            if (_isDisposed || (_tallies.TryGetValue((app, rule), out var tally) && tally.TryAdd(client)))
                return null;
            _timer ??= timeProvider.CreateTimer(static refusals => ((Refusals)refusals!).OnPeriod(), this, Period, Period);
            _tallies[(app, rule)] = tally = new RefusalTally(client);
            if (_lines >= MostLines)
                return null;
            _lines++;
            return new(app, rule, tally.Take(), tally.Example);
        }
    }

    private void OnPeriod()
    {
        List<Line> lines;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            // Nothing in a whole period: the next one is told at once again.
            foreach (var (key, tally) in _tallies)
            {
                if (tally.TryEnd())
                    _tallies.TryRemove(key, out _);
            }

            lines = TakeAll();
            if (_tallies.IsEmpty)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        Write(lines);
    }

    private List<Line> TakeAll()
    {
        var lines = new List<Line>();
        foreach (var ((app, rule), tally) in _tallies)
        {
            if (tally.Take() is > 0 and var count)
                lines.Add(new(app, rule, count, tally.Example));
        }

        _lines = Math.Min(lines.Count, MostLines);
        return lines;
    }

    private void Write(List<Line> lines)
    {
        lines.Sort(static (a, b) => b.Count.CompareTo(a.Count));
        foreach (var line in lines.Take(MostLines))
            Write(line);
        if (lines.Count <= MostLines)
            return;
        var rest = lines[MostLines..];
        SessionsLog.MoreRefused(logger, Count.Of(rest.Sum(line => line.Count), "connection"), Count.Of(rest.Count, "other rule"));
    }

    private void Write(Line line) => SessionsLog.Refused(logger, line.App, Count.Of(line.Count, "connection"), line.Rule, line.Example);

    private readonly record struct Line(string App, string Rule, long Count, TcpEndpoint Example);
}
