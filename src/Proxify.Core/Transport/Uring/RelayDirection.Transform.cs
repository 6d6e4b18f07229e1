using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// Where an end of the relay has a transform, what is received is opened, sealed, or both, into private blocks; the shared buffer goes back at once. Nothing is
/// spliced then.
/// </summary>
internal sealed unsafe partial class RelayDirection
{
    private ConnectionTransform? _opener;
    private ConnectionTransform? _sealer;

    public bool IsTransformed => _opener is not null || _sealer is not null;

    /// <summary>What has come before the relay and was not used, or put back, comes first.</summary>
    public void TakeUnread()
    {
        if (relay.HasEnded || _life != Life.Open)
            return;
        var unread = _source.TakeUnread();
        if (!unread.IsEmpty)
        {
            var block = NewBlock(unread.Length);
            unread.Span.CopyTo(Bytes(block));
            AppendSealed(block);
            SendQueued();
        }

        LookForEnd();
    }

    private void LookForEnd()
    {
        if (_opener is { IsBroken: true })
        {
            CancelReceive();
            LoseSource(TransformLoss.Unreadable);
        }
        else if (_opener is { HasEnded: true })
        {
            EndOpened();
        }
    }

    private void AppendTransformed(int id)
    {
        if (_opener is null)
        {
            _source.CountReceived(_buffers[id].Length);
            AppendSealed(id);
            SendQueued();
            return;
        }

        var block = NewBlock(_opener.OpenBound(_buffers[id].Length));
        var length = _opener.Open(Bytes(id), Bytes(block));
        _buffers.Return(id);
        _source.CountReceived(length);
        _buffers[block].Length = length;
        AppendSealed(block);
        SendQueued();
        if (_opener.HasReply)
            relay.AnswerSource(this);
        LookForEnd();
    }

    /// <summary>
    /// Sends what the destination has to be told in return to what it sent, behind what is queued for it. Where that is much already, it goes with what comes
    /// next: who reads nothing shall not fill our memory with questions.
    /// </summary>
    public void Answer()
    {
        if (IsFinished || relay.HasLost || _pending >= MaxPending)
            return;
        var block = NewBlock(_sealer!.SealBound(0));
        _buffers[block].Length = _sealer.Seal([], Bytes(block));
        Append(block);
        SendQueued();
    }

    /// <summary>Tells the source why, as far as its socket takes it at once, before it is reset.</summary>
    private void LoseSource(TransformLoss loss)
    {
        if (!relay.HasLost)
            _opener!.Loss = loss; // behind a reset that a send has met, what is left seems to end with FIN
        if (loss == TransformLoss.Unreadable && !relay.IsSendingTo(this))
        {
            Span<byte> alert = stackalloc byte[_opener!.SealBound(0)];
            _ = Libc.TrySend(_sourceFd, alert[.._opener.SealEnd(alert)]);
        }

        relay.OnSourceReset(this);
    }

    private void AppendSealed(int id)
    {
        if (_buffers[id].Length == 0)
        {
            _buffers.Return(id);
        }
        else if (_sealer is null)
        {
            Append(id);
        }
        else
        {
            var block = NewBlock(_sealer.SealBound(_buffers[id].Length));
            _buffers[block].Length = _sealer.Seal(Bytes(id), Bytes(block));
            _buffers.Return(id);
            Append(block);
        }
    }

    /// <summary>The source has said that nothing follows; its FIN may come much later.</summary>
    private void EndOpened()
    {
        CancelReceive();
        OnFin();
    }

    private void OnFin()
    {
        if (_opener is { HasEnded: false })
        {
            LoseSource(TransformLoss.Truncated);
            return;
        }

        if (_sealer is not null && !relay.HasLost)
        {
            var block = NewBlock(_sealer.SealBound(0));
            _buffers[block].Length = _sealer.SealEnd(Bytes(block));
            Append(block);
            SendQueued();
        }

        OnEndOfStream();
    }

    /// <summary>What has been received has to go somewhere: the limit of memory keeps from receiving, not from this.</summary>
    private int NewBlock(int length) => _buffers.TryNewBlock(length, Index, worker.Now, mayExceed: true);

    private Span<byte> Bytes(int id) => new(_buffers[id].Data, _buffers[id].Length);
}
