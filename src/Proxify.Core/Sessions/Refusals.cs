using Microsoft.Extensions.Logging;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Tells of connections that rules and rates refuse: of an app and what refuses, the first at once, and then one line per <see cref="Period"/> with a count and
/// an example. So whoever floods is seen and does not fill the log: of many apps and causes, <see cref="MostLines"/> per period at the most, those with the
/// highest counts first, and the rest in one line more.
/// </summary>
internal sealed class Refusals(TimeProvider timeProvider, ILogger logger) : IDisposable
{
    public const int MostLines = 20;

    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string App, string Rule), Seen> _seen = [];
    private ITimer? _timer;
    private int _lines;
    private bool _isDisposed;

    /// <summary>From any thread.</summary>
    /// <param name="app">Whose connection it was.</param>
    /// <param name="rule">What refused it.</param>
    /// <param name="client">Who came.</param>
    public void Note(string app, string rule, TcpEndpoint client)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            if (_seen.TryGetValue((app, rule), out var seen))
            {
                seen.Count++;
                seen.Example = client;
                return;
            }

            _seen.Add((app, rule), seen = new Seen { Count = 1, Example = client });
            _timer ??= timeProvider.CreateTimer(static refusals => ((Refusals)refusals!).OnPeriod(), this, Period, Period);
            if (_lines < MostLines)
                Tell(app, rule, seen);
        }
    }

    /// <summary>Tells what has not been told yet.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            TellAll();
            _timer?.Dispose();
        }
    }

    private void OnPeriod()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            // Nothing in a whole period: the next one is told at once again.
            foreach (var (key, _) in _seen.Where(s => s.Value.Count == 0).ToList())
                _seen.Remove(key);
            TellAll();
            if (_seen.Count > 0)
                return;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void TellAll()
    {
        _lines = 0;
        var untold = _seen.Where(s => s.Value.Count > 0).OrderByDescending(s => s.Value.Count).ToList();
        foreach (var ((app, rule), seen) in untold.Take(MostLines))
            Tell(app, rule, seen);
        if (untold.Count <= MostLines)
            return;
        var rest = untold[MostLines..];
        SessionsLog.MoreRefused(logger, Count.Of(rest.Sum(s => s.Value.Count), "connection"), Count.Of(rest.Count, "other rule"));
        foreach (var (_, seen) in rest)
            seen.Count = 0;
    }

    private void Tell(string app, string rule, Seen seen)
    {
        _lines++;
        SessionsLog.Refused(logger, app, Count.Of(seen.Count, "connection"), rule, seen.Example);
        seen.Count = 0;
    }

    private sealed class Seen
    {
        /// <summary>Since the last line.</summary>
        public long Count { get; set; }

        public TcpEndpoint Example { get; set; }
    }
}
