using System.Net.Sockets;

namespace Proxify.FunctionalTests.Endings;

/// <summary>
/// One side of a session while it is played: a raw non-blocking socket, perhaps with TLS, a script and how far it has got. Does what it can and returns; never
/// waits.
/// </summary>
internal sealed class ScriptedPeer(PeerScript script, Payload outgoing, Payload incoming)
{
    /// <summary>Reads in the asked size; more would test the patience, not the proxy.</summary>
    private const int SizedReads = 200;

    /// <summary>Blocked for so many milliseconds is blocked.</summary>
    private const long BlockedAfter = 4;

    private static readonly byte[] Buffer = GC.AllocateUninitializedArray<byte>(64 * 1024); // one thread plays all peers

    private ScriptedPeer _other = null!;
    private ScriptedWire? _wire;
    private int _step;
    private int _sentOfStep;
    private int _reads;
    private int _stalls;
    private int _urgentSeen;
    private long _blockedSince = long.MaxValue;
    private long _stuckSince = long.MaxValue;

    public Deeds Deeds { get; } = new();

    /// <summary>Nothing will come of it any more: closed, or never to be there.</summary>
    public bool IsOver => IsAbsent || Deeds.Closed is not null;

    public bool IsAbsent { get; set; }

    public bool IsOpen => _wire is not null;

    private Socket Socket => _wire!.Socket;

    private bool HasDoneAll => _step == script.Steps.Count;

    private bool IsReading => IsOpen && Deeds is { Closed: null, Saw: null } && Deeds.Received < script.StopsAt;

    public void Meet(ScriptedPeer other) => _other = other;

    public void Open(ScriptedWire wire)
    {
        _wire = wire;
        Deeds.HasTls = wire.IsTls;
        Socket.Blocking = false;
        Socket.NoDelay = true;
        if (script.Buffers > 0)
            Socket.SendBufferSize = script.Buffers;
    }

    /// <summary>Its connection was refused or reset before it was open.</summary>
    public void FailToOpen()
    {
        Deeds.Saw = PeerEnd.Reset;
        Deeds.Closed = Ending.Orderly;
    }

    /// <summary>Gives up, because the session does not end.</summary>
    public void Drop()
    {
        _wire?.Close();
        Deeds.Closed ??= Ending.Reset;
    }

    /// <summary>One read and one step; false when there is nothing to do but wait.</summary>
    public bool TryGoOn(long now)
    {
        if (!IsOpen || IsOver)
            return false;
        if (_wire!.Flush() is < 0 and not -RawTcp.Again and var errno)
        {
            Fail(-errno);
            Deeds.HasMetReset = true;
        }

        var hasRead = TryRead(now);
        var hasStepped = HasDoneAll ? TryClose() : TryStep(now);
        if (hasStepped)
            _stuckSince = long.MaxValue;
        else if (_stuckSince == long.MaxValue)
            _stuckSince = now;
        return hasRead || hasStepped;
    }

    /// <summary>It has done what it can as long as the other one does nothing.</summary>
    public bool IsStuck(long now, int milliseconds) => IsOver || (_stuckSince != long.MaxValue && now - _stuckSince >= milliseconds);

    public override string ToString() => $"step {_step} of {script.Steps.Count}{(HasDoneAll ? "" : $" ({script.Steps[_step]})")} {Deeds}";

    private bool TryRead(long now)
    {
        if (!IsReading)
            return false;
        if (_stalls < script.StallsAt.Count && Deeds.Received >= script.StallsAt[_stalls])
        {
            if (!_other.IsStuck(now, script.StallFor))
                return false;
            _stalls++;
        }

        var most = _reads++ < SizedReads ? script.ReadChunk : Buffer.Length;
        var received = _wire!.Receive(Buffer.AsSpan(0, (int)Math.Min(most, script.StopsAt - Deeds.Received)));
        switch (received)
        {
            case > 0:
                Take(Buffer.AsSpan(0, received));
                return true;
            case 0:
                // Who has met a reset by sending has taken the error off its socket: nothing is left to read, as after FIN.
                Deeds.Saw = Deeds.HasMetReset ? PeerEnd.Reset : _wire.HasEndedInOrder ? PeerEnd.Fin : PeerEnd.Cut;
                return true;
            case -RawTcp.Again:
                return false;
            default:
                Fail(-received);
                Deeds.Saw = PeerEnd.Reset;
                return true;
        }
    }

    private bool TryStep(long now)
    {
        var step = script.Steps[_step];
        var isDone = step.Kind switch
        {
            StepKind.Urgent when Deeds.HasTls => true, // would be in the middle of a record
            StepKind.Send or StepKind.SendUntilBlocked or StepKind.Urgent =>
                Deeds.HasMetReset || (IsBlocked(now) && _other is { IsOpen: true, IsReading: false }),
            StepKind.Fin => SendFin(),
            StepKind.AwaitDelivery => _other.Deeds.Received >= Deeds.Sent || (!_other.IsReading && _other.IsOpen) || _other.IsOver,
            StepKind.AwaitAcknowledged =>
                _wire!.Acknowledged(Sent) >= Sent || Deeds.HasMetReset || Deeds.Saw == PeerEnd.Reset || _other.IsOver || _other.IsStuck(now, 50),
            StepKind.AwaitInput => _wire!.HasInput || Deeds.Saw is not null || _other.IsStuck(now, 1),
            StepKind.AwaitEnd => !IsReading || _other.WaitsForEnd,
            StepKind.AwaitOther => _other.HasDoneAll || _other.IsStuck(now, 1),
            _ => throw new InvalidOperationException($"{step}"),
        };
        if (isDone)
        {
            NextStep();
            return true;
        }

        return step.Kind is StepKind.Send or StepKind.SendUntilBlocked or StepKind.Urgent && TrySend(step, now);
    }

    /// <summary>One of two who wait for each other's end has to give way.</summary>
    private bool WaitsForEnd => IsOpen && !IsOver && (HasDoneAll ? script.Ending == Ending.Hold : script.Steps[_step].Kind == StepKind.AwaitEnd);

    private bool TrySend(Step step, long now)
    {
        // An urgent byte differs from the one behind it, so that a receiver can tell whether it is there.
        var isUrgent = step.Kind == StepKind.Urgent;
        var sent = isUrgent
            ? RawTcp.Send(Socket, [(byte)~outgoing.At(Deeds.Sent, 1).Span[0]], isUrgent: true)
            : _wire!.Send(outgoing.At(Deeds.Sent, Math.Min(step.Chunk, step.Size - _sentOfStep)).Span);
        switch (sent)
        {
            case > 0 when isUrgent:
                Deeds.Urgent.Add(Deeds.Sent);
                NextStep();
                return true;
            case > 0:
                _blockedSince = long.MaxValue;
                Deeds.Sent += sent;
                _sentOfStep += sent;
                if (_sentOfStep >= step.Size)
                    NextStep();
                return true;
            case -RawTcp.Again:
                _blockedSince = Math.Min(_blockedSince, now);
                if (step.Kind != StepKind.SendUntilBlocked || !IsBlocked(now))
                    return false;
                NextStep();
                return true;
            default:
                Fail(-sent);
                Deeds.HasMetReset = true;
                return true;
        }
    }

    private bool TryClose()
    {
        if (script.Ending == Ending.Orderly && !Deeds.HasSentFin && !Deeds.HasMetReset)
            return SendFin();
        var mayClose = script.Ending switch
        {
            Ending.Orderly => Deeds.Saw is not null,
            Ending.Hold => Deeds.Saw is not null && TcpState.IsClosed(Socket),
            _ => true,
        };
        if (!mayClose)
            return false;
        Deeds.Acknowledged = Math.Clamp(_wire!.Acknowledged(Sent) - Deeds.Urgent.Count, 0, Deeds.Sent);
        Deeds.WasEstablished = HasHeard || _other.HasHeard;
        Deeds.WasUnread = script.Ending == Ending.Close && Socket.Available > 0;
        if (script.Ending == Ending.Reset)
            Socket.LingerState = new LingerOption(true, 0);
        _wire.Close();
        Deeds.Closed = script.Ending;
        return true;
    }

    private bool IsBlocked(long now) => _blockedSince != long.MaxValue && now - _blockedSince >= BlockedAfter;

    /// <summary>FIN has a place in the sequence, as a byte has, and urgent bytes have theirs.</summary>
    private long Sent => Deeds.Sent + Deeds.Urgent.Count + (Deeds.HasSentFin && !Deeds.HasTls ? 1 : 0);

    private bool HasHeard => Deeds.Received > 0 || Deeds.ReceivedUrgent > 0 || Deeds.Saw == PeerEnd.Fin;

    private bool SendFin()
    {
        var result = _wire!.Fin();
        if (result == -RawTcp.Again)
            return Deeds.HasMetReset;
        if (result < 0)
            Deeds.HasMetReset = true;
        else
            Deeds.HasSentFin = true;
        return true;
    }

    private void NextStep()
    {
        _step++;
        _sentOfStep = 0;
        _blockedSince = long.MaxValue;
    }

    private void Take(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty && Deeds.Wrong is null)
        {
            var urgent = _other.Deeds.Urgent;
            var next = _urgentSeen < urgent.Count ? urgent[_urgentSeen] : long.MaxValue;
            if (next == Deeds.Received)
            {
                _urgentSeen++;
                if (received[0] != (byte)~incoming.At(next, 1).Span[0])
                    continue;
                Deeds.ReceivedUrgent++;
                received = received[1..];
                continue;
            }

            var count = (int)Math.Min(received.Length, next - Deeds.Received);
            var equal = incoming.At(Deeds.Received, count).Span.CommonPrefixLength(received[..count]);
            Deeds.Received += equal;
            if (equal < count)
                Deeds.Wrong = $"received a wrong byte at {Deeds.Received}";
            received = received[count..];
        }
    }

    private void Fail(int errno)
    {
        // EPIPE is what a RST is called after a FIN: tcp_reset() in CLOSE_WAIT.
        if (errno is not (RawTcp.ConnectionReset or RawTcp.BrokenPipe))
            Deeds.Wrong ??= $"errno {errno}";
    }
}
