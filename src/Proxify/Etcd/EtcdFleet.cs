using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Program.Admin;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Etcd;

/// <summary>
/// This proxy among those that have their config from the same place: it describes itself there under a lease, so that it leaves the list when it is no more,
/// and puts in force, and tells, what is said for all. It decides nothing for others, and nothing here touches the config.
/// </summary>
/// <param name="source">Of the config, not started.</param>
/// <param name="server">Started.</param>
/// <param name="describe">This proxy at the moment.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what fails.</param>
internal sealed class EtcdFleet(
    EtcdSource source, ProxyServer server, Func<MachineView> describe, TimeProvider time, ILogger logger)
    : IFleet, IAsyncDisposable
{
    /// <summary>A proxy that is gone leaves the list after so many seconds.</summary>
    private const int LeaseSeconds = 15;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(LeaseSeconds / 3);

    /// <summary>Numbers of sessions and the like are told no more often.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    /// <summary>A leader that is lost costs five seconds and two elections.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    private readonly EtcdLocation _location = source.Location;
    private readonly EtcdClient _client = source.Client;
    private readonly byte[] _key = Encoding.UTF8.GetBytes(source.Location.Prefix + EtcdKeys.Machines + source.Location.Machine);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private ImmutableDictionary<(string App, string Target), TargetMark> _marks = ImmutableDictionary<(string App, string Target), TargetMark>.Empty;
    private Task _running = Task.CompletedTask;
    private long _lease;
    private MachineView? _told;
    private DateTimeOffset _toldAt;
    private bool _isStopping;
    private bool _isUntold;
    private bool _isNameTaken;

    /// <summary>Tells the others from now on, and follows what is said for all.</summary>
    public void Start()
    {
        _marks = source.CurrentMarks;
        source.MarksChanged = PutMarksAsync;
        source.Concluded = TellSoon;
        source.Start();
        _running = Task.Run(RunAsync);
    }

    public async Task<FleetView> ViewAsync(CancellationToken cancellation)
    {
        var from = Encoding.UTF8.GetBytes(_location.Prefix + EtcdKeys.Machines);
        var to = (byte[])[.. from[..^1], (byte)(from[^1] + 1)];
        var answer = await AskedAsync(() => _client.RangeAsync(new RangeRequest(from, to), LongestAnswer, cancellation));
        var machines = answer.Kvs.Select(pair => Machine(pair)).OfType<MachineView>().OrderBy(machine => machine.Name, StringComparer.Ordinal);
        var marks = server.Config.Marks.OrderBy(mark => mark.Key.App, StringComparer.Ordinal).ThenBy(mark => mark.Key.Target, StringComparer.Ordinal)
            .Select(mark => MarkText.View(mark.Key.App, mark.Key.Target, mark.Value));
        return new FleetView
        {
            Source = _location.Name,
            Self = _location.Machine,
            Revision = source.Status.Revision,
            Machines = [.. machines],
            Marks = [.. marks],
        };
    }

    public async Task<MarkView> MarkAsync(string app, string target, TargetMark mark, TimeSpan? holds, CancellationToken cancellation)
    {
        var kept = mark with { Machine = _location.Machine };
        await AskedAsync(async () =>
        {
            var lease = holds is { } limit ? await _client.GrantAsync((long)Math.Ceiling(limit.TotalSeconds), LongestAnswer, cancellation) : 0;
            return await _client.PutAsync(new PutRequest(KeyOf(app, target), MarkText.Write(kept), lease), LongestAnswer, cancellation);
        });
        return MarkText.View(app, target, kept);
    }

    public async Task<bool> UnmarkAsync(string app, string target, string by, CancellationToken cancellation)
    {
        var isGone = (await AskedAsync(() => _client.DeleteAsync(KeyOf(app, target), LongestAnswer, cancellation))).Deleted > 0;
        if (isGone)
            EtcdLog.MarkTakenAway(logger, target, app, by);
        return isGone;
    }

    /// <summary>Says that it takes no connections any more.</summary>
    public void TellStopping()
    {
        _isStopping = true;
        TellSoon();
    }

    /// <summary>Another process of this machine has its name from now on, and keeps it in the list.</summary>
    public async ValueTask HandOverAsync()
    {
        await StopAsync();
        _lease = 0;
    }

    /// <summary>Leaves the list.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        try
        {
            if (_lease != 0)
                await _client.RevokeAsync(_lease, LongestGoodbye, CancellationToken.None);
        }
        catch (EtcdException)
        {
            // Then the lease ends by itself.
        }
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private byte[] KeyOf(string app, string target) => Encoding.UTF8.GetBytes(_location.Prefix + EtcdKeys.Marks + MarkText.Key(app, target));

    private void TellSoon()
    {
        lock (_news)
        {
            if (_news.CurrentCount == 0)
                _news.Release();
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await TellAsync();
                _isUntold = false;
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                // When etcd is away altogether, that has been said.
                if (source.Status.Connected && !_isUntold)
                {
                    EtcdLog.MachineNotTold(logger, _location.Machine, e.Message);
                    _isUntold = true;
                }
            }

            await _news.WaitAsync(KeepAlive, _stop.Token);
        }
    }

    /// <summary>Keeps the lease, and tells what has changed.</summary>
    private async Task TellAsync()
    {
        if (_lease == 0 || !await _client.KeepAliveAsync(_lease, KeepAlive, _stop.Token))
        {
            _lease = await _client.GrantAsync(LeaseSeconds, KeepAlive, _stop.Token);
            _told = null;
        }

        var now = describe() with { Name = _location.Machine, State = _isStopping ? "stopping" : "running" };
        if (_told is not null && now.IsNewsless(_told) && time.GetUtcNow() - _toldAt < Refresh)
            return;
        var value = JsonSerializer.SerializeToUtf8Bytes(now, AdminJson.Api.MachineView);
        var before = await _client.PutAsync(new PutRequest(_key, value, _lease, PrevKv: true), KeepAlive, _stop.Token);
        WarnOfNamesake(before.PrevKv, now);
        (_told, _toldAt) = (now, time.GetUtcNow());
    }

    /// <summary>After the first time, whoever has written there since is another proxy of that name.</summary>
    private void WarnOfNamesake(EtcdKeyValue? before, MachineView now)
    {
        if (_told is null || before is null || Machine(before) is not { } other || (other.Pid == now.Pid && other.StartedAt == now.StartedAt))
            return;
        if (!_isNameTaken)
            EtcdLog.MachineNameTaken(logger, _location.Machine, other.Pid);
        _isNameTaken = true;
    }

    private async Task PutMarksAsync(ImmutableDictionary<(string App, string Target), TargetMark> marks)
    {
        try
        {
            var before = _marks;
            await server.SetMarksAsync(marks);
            _marks = marks;
            foreach (var ((app, target), mark) in marks.Where(mark => before.GetValueOrDefault(mark.Key) != mark.Value))
                EndSessions(app, target, mark);
        }
        catch (OperationCanceledException)
        {
            // It is being stopped.
        }
        catch (Exception e) when (e is InvalidConfigException or ProxyStartException)
        {
            // Of the machine as it is by now: a certificate's file that is gone. What was in force stays, and the next change tries again.
            EtcdLog.MarksNotSet(logger, e.Message);
        }
    }

    private void EndSessions(string app, string target, TargetMark mark)
    {
        var changes = server.Changes();
        if (mark.Within is { } within)
            changes.ResetDrained(app, target, within);
        else if (mark.EndsSessions)
            changes.Kill(session => session.App.Name == app && session.TargetState?.Address == target);
    }

    private static MachineView? Machine(EtcdKeyValue pair)
    {
        try
        {
            return JsonSerializer.Deserialize(pair.Value, AdminJson.OfOthers.MachineView);
        }
        catch (JsonException)
        {
            return null; // of a version that says less than this one knows, or somebody's own
        }
    }

    private static async Task<T> AskedAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (EtcdException e)
        {
            throw AdminException.Elsewhere($"etcd does not do it: {e.Message}");
        }
    }
}
