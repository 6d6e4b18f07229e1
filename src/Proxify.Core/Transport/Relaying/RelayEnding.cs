namespace Proxify.Transport.Relaying;

/// <summary>
/// How a relay comes to its end, for both transports: who has ended, who is lost, who was first, and what it all comes to. Those who relay tell what has
/// happened and do what is answered. From any thread; a field, never a copy.
/// </summary>
internal struct RelayEnding
{
    private const int BothEnded = (1 << (int)RelaySide.Client) | (1 << (int)RelaySide.Target);
    private const int TargetFirst = 1 << 4;
    private const int HasFirst = 1 << 5;
    private const int EndShift = 8;

    /// <summary>The longest pause between two looks at what has been acknowledged, in milliseconds.</summary>
    private const int LongestPause = 128;

    /// <summary>The bits of both sides, who was first, and above <see cref="EndShift"/> the end, one higher than its number.</summary>
    private int _state;

    public readonly bool IsOver => IsEnd(Volatile.Read(in _state));

    /// <summary>What it ended as; only once it is over.</summary>
    public readonly RelayEnd End => (RelayEnd)((Volatile.Read(in _state) >> EndShift) - 1);

    /// <summary>What it will end as because a peer is lost; null while both are there.</summary>
    public readonly RelayEnd? Lost
    {
        get
        {
            var state = Volatile.Read(in _state);
            return (state & LostBit(RelaySide.Client)) != 0 ? RelayEnd.ClientReset : (state & LostBit(RelaySide.Target)) != 0 ? RelayEnd.TargetReset : null;
        }
    }

    /// <summary>Whether the target's FIN or reset was the first.</summary>
    public readonly bool HasTargetEndedFirst => (Volatile.Read(in _state) & TargetFirst) != 0;

    /// <summary>A pause between two looks at what has been acknowledged, in milliseconds: each twice as long as the one before.</summary>
    /// <param name="last">The one before; 0 for none.</param>
    public static int NextPause(int last) => Math.Clamp(last * 2, 1, LongestPause);

    /// <summary>All that the peer sent has been handed on, and nothing more will come: it has sent FIN, or was lost before.</summary>
    public EndingStep OnEnded(RelaySide side)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            // A lost peer wants no FIN any more.
            if (IsEnd(state) || (state & (EndedBit(side) | LostBit(Other(side)))) != 0)
                return EndingStep.GoOn;
            if (Interlocked.CompareExchange(ref _state, WithFirst(state, side) | EndedBit(side), state) != state)
                continue;
            if ((state & LostBit(side)) != 0)
                return EndingStep.AwaitAcknowledgement;
            return (state & EndedBit(Other(side))) != 0 ? EndingStep.Close : EndingStep.HalfClose;
        }
    }

    /// <summary>The peer has reset, or vanished. What it sent before may still have to be received.</summary>
    public EndingStep OnLost(RelaySide side)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (IsEnd(state) || (state & LostBit(side)) != 0)
                return EndingStep.GoOn;
            if ((state & LostBit(Other(side))) != 0)
                return EndingStep.Reset;
            // When both have ended nothing is left to lose: a client that is gone resets what it is told last, that TLS ends.
            if ((state & BothEnded) == BothEnded)
                return EndingStep.GoOn;
            if (Interlocked.CompareExchange(ref _state, WithFirst(state, side) | LostBit(side), state) == state)
                return (state & EndedBit(side)) != 0 ? EndingStep.AwaitAcknowledgement : EndingStep.DeliverRest;
        }
    }

    /// <summary>Ends the relay; false when something else has ended it before.</summary>
    public bool TryEnd(RelayEnd end)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (IsEnd(state))
                return false;
            if (Interlocked.CompareExchange(ref _state, state | (((int)end + 1) << EndShift), state) == state)
                return true;
        }
    }

    private static bool IsEnd(int state) => state >> EndShift != 0;

    private static int EndedBit(RelaySide side) => 1 << (int)side;

    private static int LostBit(RelaySide side) => 1 << (2 + (int)side);

    private static RelaySide Other(RelaySide side) => 1 - side;

    private static int WithFirst(int state, RelaySide side) =>
        (state & HasFirst) != 0 ? state : state | HasFirst | (side == RelaySide.Target ? TargetFirst : 0);
}
