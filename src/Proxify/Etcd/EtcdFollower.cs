using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;

namespace Proxify.Program.Etcd;

/// <summary>
/// Follows the keys below a prefix: reads all of them, then watches from there on. A watch that ends goes on where it was, at the next member; where etcd has
/// forgotten what came in between (compaction), or is another one by now (a backup that was restored), all is read anew.
/// </summary>
/// <param name="location">Where they are.</param>
/// <param name="client">Of the same place.</param>
/// <param name="time">The clock.</param>
internal sealed class EtcdFollower(EtcdLocation location, EtcdClient client, TimeProvider time)
{
    private const int PageSize = 2_000;

    /// <summary>A member that hangs does not end a watch; it shows by not answering.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    /// <summary>Changes that come one after the other are taken together: once none has come for so long, or after the longer time.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly byte[] _from = Encoding.UTF8.GetBytes(location.Prefix);
    private readonly byte[] _to = Encoding.UTF8.GetBytes(location.Prefix + EtcdKeys.Machines);
    private readonly byte[] _document = Encoding.UTF8.GetBytes(location.Prefix + EtcdKeys.Document);
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile EtcdKeys _keys = EtcdKeys.None;

    /// <summary>The newest that were seen.</summary>
    public EtcdKeys Keys => _keys;

    /// <summary>All of them, at one revision.</summary>
    /// <param name="patience">Where they cannot be read: how long to try again.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="EtcdException">They cannot be read.</exception>
    public async Task<EtcdKeys> ReadAsync(TimeSpan patience, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        EtcdException? reason = null;
        while (true)
        {
            var left = patience - time.GetElapsedTime(start);
            try
            {
                return _keys = await ReadPagesAsync(left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1), stop);
            }
            catch (EtcdException e)
            {
                // The last try has what is left of the time: that it was too little says less than what an earlier one was told.
                reason = reason is null || e.Code != EtcdException.DeadlineExceeded ? e : reason;
                if (!(e.IsPassing || IsCompacted(e)) || stop.IsCancellationRequested || time.GetElapsedTime(start) + FirstPause >= patience)
                    throw reason;
            }

            client.LeaveMember();
            await Task.Delay(FirstPause, time, stop);
        }
    }

    /// <summary>Follows them until it is to stop; does not fail.</summary>
    /// <param name="start">What is known; changes since then are told. Of a copy: all is read first.</param>
    /// <param name="take">Gets the newest whenever they have changed, one call at a time; does not fail.</param>
    /// <param name="found">Told whenever changes are seen from now on.</param>
    /// <param name="lost">Told when they are not, and why.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(EtcdKeys start, Func<EtcdKeys, Task> take, Action found, Action<string> lost, CancellationToken stop)
    {
        _keys = start;
        await Task.WhenAll(WatchAllAsync(found, lost, stop), TakeAllAsync(take, lost, stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Has the newest taken as if they had changed: their meaning may have, with the time.</summary>
    public void TakeAgain() => _news.Writer.TryWrite(true);

    private async Task TakeAllAsync(Func<EtcdKeys, Task> take, Action<string> lost, CancellationToken stop)
    {
        while (await _news.Reader.ReadAsync(stop))
        {
            var first = time.GetTimestamp();
            while (time.GetElapsedTime(first) < MaxDelay)
            {
                await Task.Delay(Quiet, time, stop);
                if (!_news.Reader.TryRead(out _))
                    break;
            }

            try
            {
                await take(_keys);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                lost(e.Message); // a defect; the next change may be another
            }
        }
    }

    private async Task WatchAllAsync(Action found, Action<string> lost, CancellationToken stop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(
                    () =>
                    {
                        pause = FirstPause;
                        found();
                    },
                    stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // Whatever it is, a defect, too: the next watch may do better, and there is no other way to a newer config.
                lost(e.Message);
            }

            client.LeaveMember();
            // By chance: not all proxies at once when etcd comes back.
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stop);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>One watch, with all that is needed before it.</summary>
    private async Task WatchAsync(Action found, CancellationToken stop)
    {
        if (_keys.Cluster == 0)
        {
            _keys = await ReadPagesAsync(LongestAnswer, stop);
            _news.Writer.TryWrite(true);
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var beats = BeatAsync(client.Member, end.Token);
        var watch = ReceiveAsync(found, end.Token);
        await Task.WhenAny(beats, watch);
        var isHung = beats.IsFaulted;
        await end.CancelAsync();
        await Task.WhenAll(beats, watch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (isHung ? beats : watch);
    }

    private async Task ReceiveAsync(Action found, CancellationToken stop)
    {
        var isFirst = true;
        await foreach (var answer in client.WatchAsync(new WatchCreate(_from, _to, _keys.Revision + 1, ProgressNotify: true), stop))
        {
            if (answer.CompactRevision > 0 || (isFirst && (answer.Header.ClusterId != _keys.Cluster || answer.Header.Revision < _keys.Revision)))
            {
                _keys = _keys with { Cluster = 0 };
                throw new EtcdException($"{client.Member} does not know what has changed since revision {_keys.Revision}: all is read anew");
            }

            if (isFirst)
                found();
            isFirst = false;
            if (answer.Events.Count > 0)
            {
                _keys = _keys.After(answer.Events, location.Prefix);
                _news.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>Fails when the member of the watch does not answer in time.</summary>
    private async Task BeatAsync(string member, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(Heartbeat, time, stop);
            await client.RangeAsync(new RangeRequest(_document, null, CountOnly: true), Heartbeat, stop); // one key, be it there or not
            if (client.Member != member)
                throw new EtcdException($"{member} does not answer any more");
        }
    }

    /// <summary>Between two pages.</summary>
    private static bool IsCompacted(EtcdException e) => e.Code == EtcdException.OutOfRange;

    private async Task<EtcdKeys> ReadPagesAsync(TimeSpan limit, CancellationToken stop)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        var (cluster, revision, from) = (0UL, 0L, _from);
        while (true)
        {
            var page = await client.RangeAsync(new RangeRequest(from, _to, PageSize, revision), limit, stop);
            if (revision == 0)
                (cluster, revision) = (page.Header.ClusterId, page.Header.Revision);
            foreach (var pair in page.Kvs)
                values[EtcdKeys.NameOf(pair.Key, location.Prefix)] = pair.Value;
            if (!page.More || page.Kvs.Count == 0)
                return new EtcdKeys(cluster, revision, values.ToImmutable());
            from = [.. page.Kvs[^1].Key, 0];
        }
    }
}
