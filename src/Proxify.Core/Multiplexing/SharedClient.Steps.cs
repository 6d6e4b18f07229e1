using Proxify.Telemetry;

namespace Proxify.Multiplexing;

/// <summary>What a client needs next, and how it ends.</summary>
internal sealed partial class SharedClient
{
    /// <summary>What follows from what has happened: it receives on, needs something, or has ended.</summary>
    private void Settle()
    {
        if (IsGone)
            return;
        if (_inFlight == 0 && _returned.Count == 0)
        {
            if (_isLeaving || ((_hasEnded || _isFinishing) && !HasUnsent && OwnBecause is null))
                SayGoodbye();
            else if (OwnBecause is not null && Unread == 0)
                Want(ClientStep.Own);
            else if (_isUpgrading)
                Upgrade();
        }

        if (IsGone)
            return;
        if (NeedsConnection && _wanted is null)
        {
            LeaveConnection();
            Want(ClientStep.Join);
        }

        if (_isLeaving || (CanSend && !HasUnsent && !_isFinishing))
            _channel!.Resume();
        else
            _channel!.Pause();
        if (HasUnsent && _via is { IsOver: false } && !_via.IsTakingFrom(this))
            _via.WaitForRoom(this);
    }

    /// <summary>It has something to send, and nothing to send it over.</summary>
    private bool NeedsConnection => _returned.Count > 0 || (HasUnsent && OwnBecause is null && !_isLeaving)
        ? _via is null or { IsOver: true } || (_inFlight == 0 && (_via.IsRetiring || (!_via.IsFreeFor(this) && _via.HasSibling)))
        : false;

    /// <summary>Its next request is the first over connections of those who speak the later version.</summary>
    private void Upgrade()
    {
        _isUpgrading = false;
        App = App.Upgraded!;
        LeaveConnection();
    }

    /// <summary>All that it asked is answered, and it asks nothing more. It takes its time to read that, and to leave.</summary>
    private void SayGoodbye()
    {
        _isLeaving = true;
        if (_hasEnded && Unread == 0)
        {
            End(TerminationReason.Done);
            return;
        }

        if (!_goodbye!.IsSet)
        {
            _channel!.Finish();
            LeaveConnection();
            WaitForGoodbye();
        }
        else if (Unread == 0 && _unreadAtGoodbye > 0)
        {
            WaitForGoodbye();
        }
    }

    private void WaitForGoodbye()
    {
        _unreadAtGoodbye = Unread;
        _goodbye!.Set(_worker!.Now + (Unread > 0 ? TakingMilliseconds : GoodbyeMilliseconds));
    }

    private void OnGoodbyeOver()
    {
        if (Unread < _unreadAtGoodbye)
            WaitForGoodbye();
        else
            End(Unread > 0 ? TerminationReason.ClientStalled : TerminationReason.Done);
    }

    /// <summary>It is answered what it has asked so far, and then it ends.</summary>
    private void Finish()
    {
        _isFinishing = true;
        GoOn();
    }

    private void Want(ClientStep step)
    {
        _wanted = step;
        Tell(step);
    }

    private void Tell(ClientStep step) => _step?.TrySetResult(step);

    private void End(TerminationReason reason)
    {
        if (_wanted == ClientStep.End)
            return;
        Reason = reason;
        Leave();
        Want(ClientStep.End);
    }

    private void LeaveConnection()
    {
        if (_via is not { } via)
            return;
        _via = null;
        _flights.Clear();
        _followed = null;
        via.Clients--;
        via.Unhold(this);
        via.Release(this, isAnswered: _inFlight == 0);
        via.NoteLeft();
    }

    private void SendAgain(PooledConnection connection, in UnansweredRequest request)
    {
        _inFlight++;
        if (request.Given is { } given)
            connection.Give(this, given);
        else if (request.MaySendAgain)
            SendUncached(request.Bytes, request.Traits, request.Lost);
        else
            connection.Give(this, App.Codec.TargetLost);
    }

    private void Give(byte[] reply)
    {
        _exchange.FromTarget += reply.Length;
        _channel!.Write(reply);
    }

    private void CheckIdle(long limit)
    {
        if (IsGone)
            return;
        // Waiting for the target is none of its fault, unless it has gone; and reading slowly is reading.
        if ((_inFlight > 0 && Unread == 0 && !_hasEnded) || Unread != _unreadSeen)
            _lastActivity = _worker!.Now;
        _unreadSeen = Unread;
        if (_worker!.Now - _lastActivity >= limit)
            End(TerminationReason.IdleTimeout);
        else
            _idle!.Set(_lastActivity + limit);
    }
}
