using System.Runtime.CompilerServices;
using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>The limits in front of a session: what refuses it at once, and the line in which it waits for a place and a target.</summary>
internal sealed class SessionAdmission(IPortOwner ports, TimeProvider timeProvider)
{
    /// <summary>Takes what a new connection takes, or refuses it.</summary>
    /// <returns>
    /// What refuses it, and then nothing is taken but tokens; or <see cref="LimitKind.None"/>, and what is taken goes back with <see cref="Leave"/>.
    /// </returns>
    public LimitKind TryAdmit(Connection client, ProxyModel model, AppModel app)
    {
        var source = client.Remote.Address;
        if ((model.Rates is not null || app.Rates is not null) && !ports.HasTakenTokens(client.Local.Port)
            && RateBuckets.Take(model.Rates, app.Rates, source, Now()) is var over and not LimitKind.None)
        {
            return over;
        }

        if (!TryTake(model.State.Sources, model.Limits, source))
            return LimitKind.SessionsPerSource;
        if (TryTake(app.State.Sources, app.Limits, source))
        {
            if (model.State.Sessions.TryTake())
                return LimitKind.None;
            Free(app.State.Sources, app.Limits, source);
            Free(model.State.Sources, model.Limits, source);
            return LimitKind.Sessions;
        }

        Free(model.State.Sources, model.Limits, source);
        return LimitKind.SessionsPerSource;
    }

    /// <summary>
    /// Takes a place in the app and at a target, if need be after a wait. A pick of <see cref="Balancer.None"/> says that no target is there to be waited for.
    /// </summary>
    /// <param name="session">Admitted.</param>
    public ValueTask<Entry> EnterAsync(Session session)
    {
        // No overtaking: whoever comes while others wait goes to the end of the line.
        var app = session.App;
        return app.State.Line.Count == 0 && TryEnter(session, out var entry) ? new(entry) : WaitAsync(session, new PlaceWaiter(session));
    }

    /// <summary>
    /// Waits for one of the endpoints that the session has not tried and that are full. It is let in already, and goes before those who are not.
    /// </summary>
    public ValueTask<Entry> WaitForTargetAsync(Session session, TargetGroup group, in TargetSet tried) =>
        WaitAsync(session, new TargetWaiter(session, group, tried));

    /// <summary>Picks an endpoint and takes a place there.</summary>
    public static int PickAndEnter(Session session, TargetGroup group, in TargetSet tried)
    {
        // Whoever is beaten to the last place picks again, now from those that are not full.
        for (var attempts = 0; attempts <= group.Endpoints.Length; attempts++)
        {
            var picked = group.Balancer.Pick(session.Client.Remote.Address, tried);
            if (picked == Balancer.None || session.TryEnterTarget(group.Endpoints[picked].State))
                return picked;
        }

        return Balancer.None;
    }

    /// <summary>The same; when no endpoint is available, one that is thought to be down: better to try it than to refuse the client.</summary>
    public static int PickAndEnter(Session session, TargetGroup group, in TargetSet tried, out bool isLastResort)
    {
        var picked = PickAndEnter(session, group, tried);
        isLastResort = picked == Balancer.None;
        if (!isLastResort || IsAnyFull(group, tried))
            return picked;
        foreach (var isBackup in (ReadOnlySpan<bool>)[false, true])
        {
            for (var i = 0; i < group.Endpoints.Length; i++)
            {
                if (group.Endpoints[i] is { Weight: > 0 } endpoint && endpoint.IsBackup == isBackup && !tried.Contains(i)
                    && session.TryEnterTarget(endpoint.State))
                    return i;
            }
        }

        return Balancer.None;
    }

    /// <summary>Whether an endpoint would take the session if it were not full.</summary>
    public static bool IsAnyFull(TargetGroup group, in TargetSet tried)
    {
        for (var i = 0; i < group.Endpoints.Length; i++)
        {
            var endpoint = group.Endpoints[i];
            if (endpoint.Weight > 0 && endpoint.State.Load is { IsFull: true, IsAvailable: true } && !tried.Contains(i))
                return true;
        }

        return false;
    }

    /// <summary>Gives back all that the session has taken; it has left its target.</summary>
    public static void Leave(Session session, ProxyModel model)
    {
        var app = session.App;
        var source = session.Client.Remote.Address;
        if (session.HasPlace)
        {
            session.HasPlace = false;
            app.State.Sessions.Free();
            app.State.Line.Admit();
        }

        model.State.Sessions.Free();
        Free(app.State.Sources, app.Limits, source);
        Free(model.State.Sources, model.Limits, source);
    }

    private static bool TryEnter(Session session, out Entry entry)
    {
        entry = default;
        var places = session.App.State.Sessions;
        if (!places.TryTake())
            return false;
        var group = session.App.State.Group;
        var picked = PickAndEnter(session, group, default);
        if (picked == Balancer.None && IsAnyFull(group, default))
        {
            places.Free();
            return false;
        }

        session.HasPlace = true;
        entry = new(WaitOutcome.Entered, group, picked);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Entry> WaitAsync(Session session, EntryWaiter waiter)
    {
        var limits = session.App.Limits;
        session.Client.WatchPeer();
        var since = timeProvider.GetTimestamp();
        var left = limits.QueueTimeout - session.Waited;
        var outcome = left > TimeSpan.Zero
            ? await session.App.State.Line.WaitAsync(waiter, limits.Queue, left, timeProvider, session.Waiting())
            : WaitOutcome.TimedOut;
        session.Waited += timeProvider.GetElapsedTime(since);
        return outcome == WaitOutcome.Entered ? waiter.Entry : new(outcome, null!, Balancer.None);
    }

    private ulong Now() => (ulong)(timeProvider.GetTimestamp() * (1_000_000_000 / timeProvider.TimestampFrequency));

    private static bool TryTake(SourceSlots slots, EffectiveLimits limits, UInt128 source) =>
        limits.SessionsPerSource == SessionSlots.Unlimited || slots.TryTake(limits.Sources.Apply(source), limits.SessionsPerSource);

    private static void Free(SourceSlots slots, EffectiveLimits limits, UInt128 source)
    {
        if (limits.SessionsPerSource != SessionSlots.Unlimited)
            slots.Free(limits.Sources.Apply(source));
    }

    private abstract class EntryWaiter : Waiter
    {
        public Entry Entry { get; protected set; }
    }

    private sealed class PlaceWaiter(Session session) : EntryWaiter
    {
        protected internal override bool TryEnter()
        {
            if (!SessionAdmission.TryEnter(session, out var entry))
                return false;
            Entry = entry;
            return true;
        }
    }

    private sealed class TargetWaiter(Session session, TargetGroup group, TargetSet tried) : EntryWaiter
    {
        /// <summary>It has tried some, which those behind it have not.</summary>
        protected internal override bool MayBePassed => true;

        protected internal override bool TryEnter()
        {
            var picked = PickAndEnter(session, group, tried);
            Entry = new(WaitOutcome.Entered, group, picked);
            return picked != Balancer.None || !IsAnyFull(group, tried);
        }
    }
}
