namespace Proxify.Multiplexing;

/// <summary>What a shared connection waits for, and for how long; and how it ends.</summary>
internal sealed partial class PooledConnection
{
    /// <summary>For so long, where others wait behind it.</summary>
    private const int LongestHoldMilliseconds = 5_000;

    /// <summary>Without a client it is kept for so long.</summary>
    private const int IdleMilliseconds = 10_000;

    private const int LookMilliseconds = 100;

    /// <summary>What its end counts for requests that it loses.</summary>
    private byte _loss = 1;

    private void Hold(SharedClient client)
    {
        _heldBy = client;
        _heldSince = pool.Worker.Now;
        _channel?.Pause();
        if (!_isTimed)
            LookLater();
    }

    private bool AnyWaitsBehind(SharedClient holder)
    {
        foreach (var client in _blocked)
        {
            if (client != holder && client.WaitsFor(this))
                return true;
        }

        foreach (var request in _pending)
        {
            if (request.Client is { IsGone: false } client && client != holder)
                return true;
        }

        return false;
    }

    /// <summary>What was sent together.</summary>
    private void CountBatch()
    {
        if (_batch == 0)
            return;
        _counters.Sent.Add(_batch);
        _counters.Batches.Add(_batch);
        _batch = 0;
    }

    private void LookLater()
    {
        _isTimed = true;
        _timer.Set(pool.Worker.Now + LookMilliseconds);
    }

    private void Look()
    {
        _isTimed = false;
        if (IsOver)
            return;
        var now = pool.Worker.Now;
        if (_heldBy is { } holder && now - _heldSince >= LongestHoldMilliseconds && AnyWaitsBehind(holder))
            holder.GiveUp();
        var timeout = pool.App.Requests.Timeout;
        if (IsFree && _pending.Count > 0 && timeout > TimeSpan.Zero && now - _lastProgress >= timeout.TotalMilliseconds)
        {
            _loss = UnansweredRequest.ByTimeout;
            Lose();
        }
        else if (Clients == 0 && _pending.Count == 0 && now - _idleSince >= IdleMilliseconds)
            Lose();
        else if (Clients == 0 || _pending.Count > 0 || _heldBy is not null)
            LookLater();
    }

    /// <summary>It is of no use any more: what is unanswered goes back to its clients.</summary>
    private void Lose()
    {
        if (_channel is null && !IsOver)
            return;
        IsOver = true;
        CountBatch();
        pool.Remove(this);
        var losers = new HashSet<SharedClient>();
        var inMidReply = _isInMidReply && _pending.TryPeek(out var head) ? head.Client : null;
        while (_pending.TryDequeue(out var request))
        {
            var bytes = request.Length > 0 ? _unanswered.Span[..request.Length].ToArray() : request.Flight?.Request ?? [];
            if (request.Length > 0)
            {
                _unanswered.Drop(request.Length);
                _counters.Lost.Add(1);
            }

            if (pool.Cache is { } cache)
                Forget(cache, request, bytes);
            if (request.Client is not { IsGone: false } client)
                continue;
            if (request is { Length: > 0, Flight: null })
                client.NoteUncached(-1);
            client.TakeBack(new(bytes, request.Traits, (byte)(request.Lost + _loss), request.Given));
            losers.Add(client);
        }

        _unanswered.Clear();
        foreach (var client in losers)
            client.LoseConnection(client == inMidReply);
        LetBlockedGoOn();
        _ended.TrySetResult();
    }

    /// <summary>What was asked may have been done, and what was to be kept will not come.</summary>
    private static void Forget(ReplyCache cache, in PendingReply request, byte[] bytes)
    {
        if (request.Flight is { } flight)
            cache.Forget(flight);
        else if (bytes.Length > 0)
            cache.Touch(bytes);
    }
}
