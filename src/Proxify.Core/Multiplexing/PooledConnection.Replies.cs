using Proxify.Framing;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>What comes of the bytes that a target sends over a shared connection.</summary>
internal sealed partial class PooledConnection
{
    /// <summary>A client that has not taken so much holds the connection up, which receives nothing more until it has.</summary>
    private const int MostUnread = 16 << 20;

    /// <summary>The same where memory is short.</summary>
    private const int FewestUnread = 1 << 20;

    private int _replies;
    private long _repliesSentAt;
    private bool _repliesAreSlow;

    void IChannelOwner.OnReceived(ReadOnlySpan<byte> bytes)
    {
        if (IsOver)
            return;
        _lastProgress = pool.Worker.Now;
        var wasFull = _unanswered.Length >= MostUnanswered;
        if (TryTake(bytes))
            EndRetired();
        else
            Lose();
        if (wasFull && _unanswered.Length < MostUnanswered)
            LetBlockedGoOn();
    }

    /// <returns>False: something in there is no reply, or nobody has asked for it.</returns>
    private bool TryTake(ReadOnlySpan<byte> bytes)
    {
        var isGood = true;
        var awaited = _awaited; // what is sent meanwhile cannot have been answered
        var whole = 0;
        var answered = 0;
        var run = default(SharedClient);
        var at = 0;
        while (at < bytes.Length && !IsOver)
        {
            isGood = awaited > 0 && (_isInMidReply || !_codec.IsUnasked(bytes[at]));
            if (!isGood)
                break;
            var head = _pending.Peek();
            if (run != head.Client)
            {
                Pass(run, bytes[whole..at], answered);
                (run, whole, answered) = (head.Client, at, 0);
            }

            var scan = _codec.ScanReply(bytes[at..], head.Traits.Shape, ref _reply);
            isGood = scan.Status != FrameStatus.Malformed;
            _isInMidReply = scan.Status != FrameStatus.Complete;
            if (!isGood)
                break;
            var piece = bytes.Slice(at, scan.Length);
            at += scan.Length;
            if (head.Flight is { } flight && head.Client is not null)
                flight.Add(piece, pool.Cache?.MostBytes ?? 0);
            if (_isInMidReply)
                break;
            _reply = default;
            awaited--;
            answered++;
            Complete(head, piece);
            if (_pending.TryPeek(out var next) && next.IsGiven)
            {
                Pass(run, bytes[whole..at], answered);
                (run, whole, answered) = (null, at, 0);
                GiveDue();
            }
        }

        IsRetiring |= !isGood; // nobody sends anything more
        Pass(run, bytes[whole..at], answered);
        CountReplies();
        return isGood;
    }

    private void Complete(in PendingReply head, ReadOnlySpan<byte> end)
    {
        _pending.Dequeue();
        _awaited--;
        if (head.Flight is null)
            head.Client?.NoteUncached(-1);
        if (pool.Cache is { } cache)
            NoteReply(cache, head, end);
        if (head.SentAt != _repliesSentAt)
        {
            CountReplies();
            _repliesSentAt = head.SentAt;
            _repliesAreSlow = Latency >= pool.App.Slow;
        }

        _replies++;
        if (_repliesAreSlow && pool.MayLogSlow(out var suppressed))
            MultiplexingLog.SlowRequest(pool.Logger, pool.App.Name, pool.Target.Address, NameOf(head), Latency.TotalMilliseconds, suppressed);
        _unanswered.Drop(head.Length);
    }

    /// <summary>Of the replies that are being counted.</summary>
    private TimeSpan Latency => pool.TimeProvider.GetElapsedTime(_repliesSentAt, pool.Worker.Timestamp);

    /// <summary>Of those that came together and were sent together.</summary>
    private void CountReplies()
    {
        if (_replies == 0)
            return;
        _counters.Answered.Add(_replies);
        _counters.Latencies.Add(Latency.TotalSeconds, _replies);
        (_replies, _repliesSentAt) = (0, 0);
    }

    /// <summary>Of the oldest request that is not answered.</summary>
    private string NameOf(in PendingReply head) => _codec.NameOf(_unanswered.Span[..head.Length]) ?? "-";

    /// <summary>Passes replies on, and lets the client go on.</summary>
    private void Pass(SharedClient? client, ReadOnlySpan<byte> replies, int answered)
    {
        if (client is null or { IsGone: true })
            return;
        if (!replies.IsEmpty)
            client.Take(replies);
        if (answered > 0)
            client.NoteAnswered(answered);
        if (!client.IsGone && client.Unread > (pool.Worker.IsAtCeiling ? FewestUnread : MostUnread) && _heldBy is null && !IsOver)
            Hold(client);
    }

    private void GiveDue()
    {
        while (_pending.TryPeek(out var head) && head.IsGiven)
        {
            _pending.Dequeue();
            if ((head.Given ?? head.Flight!.Reply) is { } reply)
                Pass(head.Client, reply, answered: 1);
            else
                head.Client!.AskItself(head.Flight!, head.Traits);
        }
    }

    /// <summary>What a whole reply means for what is kept.</summary>
    private void NoteReply(ReplyCache cache, in PendingReply head, ReadOnlySpan<byte> reply)
    {
        if (head.Flight is null)
        {
            cache.Touch(_unanswered.Span[..head.Length]);
        }
        else if (head.Client is not null)
        {
            cache.Land(head.Flight);
            if (!cache.Codec.TellsLifetimes)
                cache.Keep(head.Flight, head.Flight.Kind == ReplyKind.NoKey ? null : long.MaxValue, pool.Worker.Now);
        }
        else
        {
            cache.Keep(head.Flight, cache.Codec.TryReadLifetime(reply, out var lifetime) ? lifetime : null, pool.Worker.Now);
        }
    }

    private void LetBlockedGoOn()
    {
        if (_blocked.Count == 0)
            return;
        var blocked = _blocked.ToArray();
        _blocked.Clear();
        foreach (var client in blocked)
            client.GoOn();
    }
}
