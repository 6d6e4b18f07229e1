using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>
/// Lets sessions into their app: each takes a place in the app and one at a target, at once or after a wait in the app's line. Who has a place may wait there a
/// second time, for a target that is full.
/// </summary>
internal sealed class AppQueue(TimeProvider timeProvider)
{
    private static readonly Task<TerminationReason?> Entered = Task.FromResult<TerminationReason?>(null);

    /// <summary>
    /// Takes a place in the app and one at a target, which <see cref="Session.Picked"/> tells; <see cref="Balancer.None"/> there says that no target is left to
    /// be waited for.
    /// </summary>
    /// <param name="session">Admitted.</param>
    /// <returns>
    /// Null: it is in. Otherwise why it is not. A task, since few wait, and its awaiter takes less memory in those that wait for it, for as long as they live.
    /// </returns>
    public Task<TerminationReason?> EnterAsync(Session session)
    {
        // No overtaking: whoever comes while others wait goes to the end of the line.
        return session.App.State.Line.Count == 0 && TryEnter(session) ? Entered : WaitAsync(session, new PlaceWaiter(session));
    }

    /// <summary>
    /// Waits for one of the endpoints that the hunt has not tried and that are full. The session is let in already, and goes before those who are not.
    /// </summary>
    /// <returns>As <see cref="EnterAsync"/>.</returns>
    public Task<TerminationReason?> WaitForTargetAsync(Session session, in TargetHunt hunt) => WaitAsync(session, new TargetWaiter(session, hunt));

    /// <summary>Gives the session's place back, if it has one; it has left its target.</summary>
    public static void Leave(Session session)
    {
        if (!session.HasPlace)
            return;
        session.HasPlace = false;
        session.App.State.Sessions.Free();
        session.App.State.Line.Admit();
    }

    private static bool TryEnter(Session session)
    {
        var places = session.App.State.Sessions;
        if (!places.TryTake())
            return false;
        var group = session.App.State.Group;
        var picked = TargetPick.Take(group, session.Source.Address, default);
        if (picked == Balancer.None && TargetPick.IsAnyFull(group, default))
        {
            places.Free();
            return false;
        }

        session.HasPlace = true;
        session.SetPicked(group, picked);
        return true;
    }

    private async Task<TerminationReason?> WaitAsync(Session session, Waiter waiter)
    {
        var limits = session.App.Limits;
        session.Client.WatchPeer();
        var since = timeProvider.GetTimestamp();
        var left = limits.QueueTimeout - session.Waited;
        var outcome = left > TimeSpan.Zero
            ? await session.App.State.Line.WaitAsync(waiter, limits.Queue, left, timeProvider, session.AbortToken())
            : WaitOutcome.TimedOut;
        session.Waited += timeProvider.GetElapsedTime(since);
        switch (outcome)
        {
            case WaitOutcome.Entered:
                return null;
            case WaitOutcome.Aborted:
                return session.AbortReason;
            default:
                session.RefusedBy = outcome == WaitOutcome.LineFull ? LimitKind.Queue : LimitKind.QueueTimeout;
                return TerminationReason.Limit;
        }
    }

    private sealed class PlaceWaiter(Session session) : Waiter
    {
        protected internal override bool TryEnter() => AppQueue.TryEnter(session);
    }

    private sealed class TargetWaiter(Session session, in TargetHunt hunt) : Waiter
    {
        private readonly TargetGroup _group = hunt.Group;
        private readonly TargetSet _tried = hunt.Tried;

        /// <summary>It has tried some, which those behind it have not.</summary>
        protected internal override bool MayBePassed => true;

        protected internal override bool TryEnter()
        {
            var picked = TargetPick.Take(_group, session.Source.Address, _tried);
            if (picked == Balancer.None && TargetPick.IsAnyFull(_group, _tried))
                return false;
            session.SetPicked(_group, picked);
            return true;
        }
    }
}
