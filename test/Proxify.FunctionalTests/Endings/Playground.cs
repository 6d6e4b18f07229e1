using System.Net;

namespace Proxify.FunctionalTests.Endings;

/// <summary>Plays many scripted sessions at once, on one thread, through a proxy or directly, and judges each.</summary>
internal sealed class Playground : IDisposable
{
    /// <summary>A broken proxy differs everywhere; some differences are enough.</summary>
    private const int MaxFailures = 20;

    private readonly Readiness _readiness = new();
    private readonly List<Lane> _lanes = [];

    private Playground()
    {
    }

    /// <summary>What differed from the model, each with its script.</summary>
    public List<string> Failures { get; } = [];

    public IReadOnlyList<IPEndPoint> Targets => [.. _lanes.Select(static lane => lane.Target)];

    /// <param name="entrances">One per lane; null for connections that go to the targets themselves.</param>
    /// <param name="lanes">How many.</param>
    public static Playground Create(int lanes, IReadOnlyList<IPEndPoint>? entrances)
    {
        var playground = new Playground();
        for (var i = 0; i < lanes; i++)
            playground._lanes.Add(Lane.Open(playground._readiness, i, entrances?[i]));
        return playground;
    }

    /// <summary>Returns when all have been played, or a session hangs, or too many have failed.</summary>
    public Task PlayAsync(IEnumerable<Script> scripts, EndingsProxy? proxy) =>
        Task.Factory.StartNew(() => Play(scripts, proxy), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        _readiness.Dispose();
    }

    private void NoteRecords(EndingsProxy proxy, Dictionary<int, int> byEntrance, HashSet<int> ready)
    {
        while (proxy.Records.TryDequeue(out var record))
        {
            var lane = byEntrance[record.Listen.Port];
            _lanes[lane].Note(record);
            ready.Add(lane);
        }
    }

    private void Play(IEnumerable<Script> scripts, EndingsProxy? proxy)
    {
        using var next = scripts.GetEnumerator();
        var byEntrance = _lanes.Select(static (lane, i) => (lane.Entrance.Port, i)).ToDictionary();
        var live = new HashSet<int>();
        var ready = new HashSet<int>();
        var again = new HashSet<int>();
        for (var i = 0; i < _lanes.Count; i++)
            BeginNext(i);
        var lastTick = 0L;
        while (live.Count > 0)
        {
            _readiness.Collect(ready.Count > 0 ? 0 : 2, ready);
            if (proxy is not null)
                NoteRecords(proxy, byEntrance, ready);
            var now = Environment.TickCount64;
            if (now - lastTick >= 2)
            {
                // Some wait for what nobody announces: time, a state of the kernel's.
                lastTick = now;
                ready.UnionWith(live);
            }

            foreach (var i in ready.Where(live.Contains))
            {
                if (_lanes[i].Play(now))
                    again.Add(i);
                if (_lanes[i].IsOver)
                    End(i, _lanes[i].Differences());
                else if (_lanes[i].IsHanging(now))
                    End(i, ["the session does not end"]);
            }

            (ready, again) = (again, ready);
            again.Clear();
        }

        void BeginNext(int i)
        {
            if (Failures.Count < MaxFailures && next.MoveNext())
            {
                _lanes[i].Begin(next.Current, Environment.TickCount64);
                live.Add(i);
                again.Add(i);
            }
            else
            {
                live.Remove(i);
            }
        }

        void End(int i, IReadOnlyList<string> differences)
        {
            if (differences.Count > 0)
                Failures.Add($"{string.Join("; ", differences)}\n{_lanes[i]}");
            _lanes[i].Drop();
            BeginNext(i);
        }
    }
}
