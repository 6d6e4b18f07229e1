using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Balancing;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Connects a session to a target: dials one endpoint after the other until one answers, and waits where one may come to answer.</summary>
internal sealed class TargetDialer(
    AppQueue queue, LoopGuard loops, TargetOpenings openings, ISessionObserver observer, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan OneLinePer = TimeSpan.FromSeconds(1);

    private readonly SourcedDial _sourced = new(timeProvider, logger);

    /// <summary>No client byte is read before a target is connected, so another try loses nothing.</summary>
    /// <param name="session">It has entered its app.</param>
    /// <param name="reach">How an endpoint is reached. Null (default): by a dial for the session.</param>
    /// <returns>Null: it has its target. Otherwise why it has none.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TerminationReason?> ReachAsync(Session session, ITargetReach? reach = null)
    {
        var hunt = BeginHunt(session);
        var firstDialAt = timeProvider.GetTimestamp();
        var patience = session.App.Timeouts.Connect;
        if (!hunt.HasPicked)
            PickNext(session, ref hunt);
        while (true)
        {
            for (; hunt.HasPicked; PickNext(session, ref hunt))
            {
                if (!TryBeginDial(session, ref hunt, out var endpoint, out var isTrial))
                    continue;
                var dialledAt = timeProvider.GetTimestamp();
                var dial = reach is null ? await DialAsync(session, endpoint) : new(null, await reach.ReachAsync(hunt.Target, endpoint));
                if (EndDial(session, ref hunt, dial, isTrial, firstDialAt, dialledAt))
                    return dial.Error == SocketError.Success ? null : session.AbortReason;
            }

            if (hunt.IsAnyFull)
            {
                if (await queue.WaitForTargetAsync(session, hunt) is { } refused)
                    return refused;
                hunt.TakeUp(session.Picked);
                if (!hunt.HasPicked)
                    PickNext(session, ref hunt);
                if (hunt.HasPicked)
                    continue;
            }

            // Only where nothing else is left does a client wait for names' very first answers, and for all of them together no longer than for one dial.
            if (hunt.Group.Unanswered.IsEmpty || patience <= TimeSpan.Zero)
                return NotReached(session, hunt);
            var since = timeProvider.GetTimestamp();
            if (await WaitForNameAsync(session, hunt.Group, patience) is { } aborted)
                return aborted;
            patience -= timeProvider.GetElapsedTime(since);
            // Still the same: the time is over; or a reload has taken the app away, and no answer brings it anything any more.
            if (!hunt.Follow(session.App.State.Group))
                return NotReached(session, hunt);
            PickNext(session, ref hunt);
        }
    }

    /// <summary>One dial, and what is said to the target first.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialResult> DialAsync(Session session, TcpEndpoint endpoint)
    {
        var dial = NotItself(
            session.App.Source is { } source ? await _sourced.DialAsync(session, source, endpoint)
            : await session.Client.DialAsync(endpoint, session.App.Timeouts.Connect));
        return dial.Connection is { } dialled && openings.HasAnyFor(session.App) ? await openings.OpenAsync(session, dialled) : dial;
    }

    private static TargetHunt BeginHunt(Session session)
    {
        var group = session.App.State.Group;
        var picked = session.Picked;
        if (picked != Balancer.None && (picked >= group.Endpoints.Length || group.Endpoints[picked].State != session.TargetState))
        {
            // A name has answered, or a reload came, in the instant since it entered: it picks again.
            session.LeaveTarget();
            picked = Balancer.None;
        }

        return new TargetHunt(session.Source.Address, group, picked);
    }

    private static void PickNext(Session session, ref TargetHunt hunt)
    {
        hunt.PickNext();
        session.SetPicked(hunt.Group, hunt.Picked);
    }

    /// <summary>False: this one is not to be dialled, take the next.</summary>
    private bool TryBeginDial(Session session, ref TargetHunt hunt, out TcpEndpoint endpoint, out bool isTrial)
    {
        endpoint = default;
        isTrial = false;
        if (hunt.Target.For(session.Client.Local.Port) is not { } there)
        {
            hunt.NoteTried();
            hunt.NoteFailed(SocketError.AddressNotAvailable);
        }
        else if (loops.LeadsBack(there, session.Model.Routes))
        {
            hunt.NoteLoop();
        }
        else if (hunt.Target.Health.TryBeginDial(hunt.IsLastResort, out isTrial))
        {
            hunt.NoteTried();
            loops.NoteDial(there);
            session.Tries++;
            session.Detail = null; // it is of another try
            endpoint = there;
            return true;
        }

        // Where health has said no it is not available any more, so it is not picked again although nobody has tried it.
        session.LeaveTarget();
        return false;
    }

    /// <summary>
    /// TCP's simultaneous open (RFC 9293, 3.5): the target is down, and of all local ports the kernel gave us its own. An echo of the client, and the target
    /// could not come back as long as we hold its port.
    /// </summary>
    private static DialResult NotItself(DialResult dial)
    {
        if (dial.Connection is not { } met || met.Local != met.Remote)
            return dial;
        met.Reset();
        return new DialResult(null, SocketError.ConnectionRefused);
    }

    /// <summary>True: the hunt is over, with a target or because the session was aborted.</summary>
    private bool EndDial(Session session, ref TargetHunt hunt, DialResult dial, bool isTrial, long firstDialAt, long dialledAt)
    {
        hunt.Target.Health.EndDial(DialErrors.Of(dial.Error, hunt.Target.HasClientsPort, session.App.Source is { IsClient: true }), isTrial);
        if (dial.Error == SocketError.OperationAborted)
            return true;
        if (dial.Error != SocketError.Success)
        {
            hunt.NoteFailed(dial.Error);
            hunt.Target.Counters.NoteConnectFailure();
            session.LeaveTarget();
            return false;
        }

        session.Target = dial.Connection;
        session.IsTrial = isTrial;
        session.ConnectedAt = timeProvider.GetTimestamp();
        session.ConnectTime = timeProvider.GetElapsedTime(firstDialAt);
        if (dial.Connection is not null)
            hunt.Target.Counters.NoteConnect(timeProvider.GetElapsedTime(dialledAt));
        observer.Connected(session);
        return true;
    }

    /// <summary>Waits until one of the names has answered, or the time is over.</summary>
    /// <returns>Null, or why the session was aborted.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason?> WaitForNameAsync(Session session, TargetGroup group, TimeSpan patience)
    {
        session.Client.WatchPeer();
        var abort = session.AbortToken();
        await group.NextAnswer.WaitAsync(patience, timeProvider, abort)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return abort.IsCancellationRequested ? session.AbortReason : null;
    }

    private TerminationReason NotReached(Session session, in TargetHunt hunt)
    {
        var app = session.App;
        var mayTell = app.State.ConnectFailures.TryPass(timeProvider, OneLinePer, out var suppressed);
        if (hunt.HasLooped)
        {
            if (mayTell)
                SessionsLog.Loop(logger, app.Name, session.Source, session.Client.Local, suppressed);
            return TerminationReason.Loop;
        }

        if (mayTell)
            SessionsLog.ConnectFailed(logger, app.Name, session.Tries, session.Detail ?? WhyNobodyAnswered(hunt), suppressed);
        return TerminationReason.ConnectFailed;
    }

    /// <summary>Only targets of weight 0 are never tried, neither as a last resort.</summary>
    private static string WhyNobodyAnswered(in TargetHunt hunt) =>
        hunt.LastError is { } error ? SocketErrors.Describe(error)
        : hunt.Group.Endpoints.IsEmpty ? "no target name resolves" : "every target is drained (weight 0)";
}
