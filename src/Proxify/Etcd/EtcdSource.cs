using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.Tls;
using Marks = System.Collections.Immutable.ImmutableDictionary<(string App, string Target), Proxify.Configuration.TargetMark>;

namespace Proxify.Program.Etcd;

/// <summary>
/// A config in etcd. What is away for a while is caught up with; what is in force stays until then. The last good one is kept on the disk, and a start that
/// finds no better one goes on with it.
/// </summary>
internal sealed class EtcdSource : IConfigSource
{
    /// <summary>How long a start waits for etcd.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    /// <summary>Timers go no further than some weeks.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EtcdCopy _copy;
    private readonly EtcdFollower _follower;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _markEnd;
    private Func<Func<ConfigResult>, Task>? _changed;

    // The newest, and the marks in them; the one that was given last, good or not; and the one in force.
    private volatile EtcdKeys _keys = EtcdKeys.None;
    private volatile Marks _marks = Marks.Empty;
    private volatile EtcdKeys _given = EtcdKeys.None;
    private volatile EtcdKeys _good = EtcdKeys.None;
    private volatile SourceStatus _status;

    /// <param name="location">Where it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what is lost and found.</param>
    public EtcdSource(EtcdLocation location, TimeProvider time, ILogger logger)
    {
        (Location, _time, _logger, Client) = (location, time, logger, new EtcdClient(location));
        _copy = new EtcdCopy(location.Folder);
        _follower = new EtcdFollower(location, Client, time);
        _markEnd = time.CreateTimer(_ => _follower.TakeAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _status = new SourceStatus(false, "not asked yet", time.GetUtcNow(), 0, 0);
    }

    public EtcdLocation Location { get; }

    /// <summary>For those who have something to do there besides.</summary>
    public EtcdClient Client { get; }

    public string Name => Location.Name;

    public SourceStatus Status => _status with { Revision = _follower.Keys.Revision, RevisionInForce = _good.Revision };

    /// <summary>What was said for all proxies, whether or not this one's config has such a target.</summary>
    public Marks CurrentMarks => _marks;

    /// <summary>Puts other marks in force; does not fail.</summary>
    public Func<Marks, Task>? MarksChanged { get; set; }

    /// <summary>Told after each config, whatever has come of it.</summary>
    public Action? Concluded { get; set; }

    /// <summary>The config as it is now, and no more.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="folder">Gets the files that come with it.</param>
    /// <returns>What keeps it from being read is an error in it.</returns>
    public static async Task<ConfigResult> ReadOnceAsync(EtcdLocation location, string folder)
    {
        try
        {
            var keys = await new EtcdFollower(location, new EtcdClient(location), TimeProvider.System).ReadAsync(LongestStart, CancellationToken.None);
            var (result, copy) = (keys.Read(location.Prefix), new EtcdCopy(folder));
            copy.WriteFiles(keys);
            return result.Config is { } config ? result with { Config = config with { Folder = copy.Files } } : result;
        }
        catch (Exception e) when (e is EtcdException or IOException)
        {
            return new ConfigResult(null, [new ConfigError("", e.Message)]);
        }
    }

    public void Follow(Func<Func<ConfigResult>, Task> changed) => _changed = changed;

    /// <summary>What was loaded is in force: has changes since then told, and those to come.</summary>
    public void Start() => _ = Task.Run(() => _follower.RunAsync(_keys, TakeAsync, OnFound, OnLost, _stop.Token));

    public async Task<ConfigResult> LoadAsync(CancellationToken cancellation)
    {
        if (!_keys.IsKnown)
        {
            try
            {
                Set(await _follower.ReadAsync(LongestStart, cancellation));
            }
            catch (EtcdException e)
            {
                cancellation.ThrowIfCancellationRequested();
                _status = new SourceStatus(false, e.Message, _time.GetUtcNow(), 0, 0);
                return LastGood([e.Message])
                    ?? new ConfigResult(null, [new ConfigError("", $"{e.Message}; and there is no copy of an earlier config at {_copy.Path}")]);
            }
        }

        return Give(_keys);
    }

    public ConfigResult? LastGood(IReadOnlyList<string> problems)
    {
        try
        {
            if (_copy.Read(out var at) is not { } kept)
                return null;
            if (!_keys.IsKnown)
                Set(kept); // its marks hold, too
            var result = Give(kept);
            // What was good for the version of the program that kept it.
            if (result.Config is null)
                throw new IOException(result.Errors[0].ToString(_copy.Path));
            _good = kept;
            EtcdLog.ConfigFromCopy(_logger, kept.Revision, $"{at:u}", _copy.Path, Name, problems[0]);
            return result;
        }
        catch (IOException e)
        {
            EtcdLog.ConfigCopyNotRead(_logger, e.Message);
            return null;
        }
    }

    public void Conclude(IReadOnlyList<string> problems)
    {
        if (problems.Count == 0)
        {
            _good = _given;
            Keep();
        }
        else if (_good.IsKnown)
        {
            WriteFiles(_good); // those that go with the config in force
        }

        Concluded?.Invoke();
    }

    /// <summary>It is not followed any more; its client may still be asked.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _markEnd.Dispose();
    }

    private async Task TakeAsync(EtcdKeys keys)
    {
        var before = _marks;
        Set(keys);
        var marks = _marks;
        if (MarksChanged is { } put && !(marks.Count == before.Count && marks.All(mark => before.GetValueOrDefault(mark.Key) == mark.Value)))
        {
            await put(marks);
            Keep();
        }

        if (!keys.HasConfigOf(_given) && _changed is { } changed)
            await changed(() => Give(_keys));
        else if (keys.HasConfigOf(_good))
            _good = keys; // the same, and newer
    }

    /// <summary>What the keys say, with the files where the config finds them.</summary>
    private ConfigResult Give(EtcdKeys keys)
    {
        _given = keys;
        var result = keys.Read(Location.Prefix);
        if (result.Config is not { } config)
            return result;
        WriteFiles(keys);
        result = result with { Config = config with { Folder = _copy.Files, Marks = _marks } };
        // A reload does not read the files of TLS that has the same settings: they are looked at on their own, and here they are part of the config.
        return _good.IsKnown && !keys.HasFilesOf(_good) && ConfiguredTls.Of(result.Config, _time, NullLogger.Instance).Errors is { Count: > 0 } errors
            ? new ConfigResult(null, result.Locate(errors)) : result;
    }

    private void Set(EtcdKeys keys)
    {
        var now = _time.GetUtcNow();
        _keys = keys;
        _marks = keys.TargetMarks((key, problem) => EtcdLog.MarkNotRead(_logger, Location.Prefix + key, problem), now);
        // etcd takes away a mark whose time is up; where it is itself away, the mark ends all the same.
        var left = _marks.Values.Min(static mark => mark.Until) - now;
        _markEnd.Change(left is null ? Timeout.InfiniteTimeSpan : left < LongestLook ? left.Value : LongestLook, Timeout.InfiniteTimeSpan);
    }

    private void WriteFiles(EtcdKeys keys)
    {
        try
        {
            _copy.WriteFiles(keys);
        }
        catch (IOException e)
        {
            EtcdLog.ConfigCopyNotKept(_logger, e.Message); // and the config will say which file it misses
        }
    }

    /// <summary>What is in force, for a start without etcd.</summary>
    private void Keep()
    {
        try
        {
            _copy.Write(_keys.WithConfigOf(_good) with { Revision = _good.Revision }, _time.GetUtcNow());
        }
        catch (IOException e)
        {
            EtcdLog.ConfigCopyNotKept(_logger, e.Message);
        }
    }

    private void OnFound()
    {
        if (_status.Connected)
            return;
        EtcdLog.EtcdConnected(_logger, Name, _follower.Keys.Revision, Client.Member);
        _status = new SourceStatus(true, null, _time.GetUtcNow(), 0, 0);
        Concluded?.Invoke();
    }

    private void OnLost(string problem)
    {
        if (_status.Connected)
            EtcdLog.EtcdLost(_logger, Name, problem);
        _status = new SourceStatus(false, problem, _status.Connected ? _time.GetUtcNow() : _status.Since, 0, 0);
    }
}
