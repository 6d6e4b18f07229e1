using Proxify.Admission;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Counts what becomes of connections: in the states of their apps, and here for those that no app has.</summary>
internal sealed class SessionCounters(TimeProvider timeProvider) : ISessionObserver
{
    /// <summary>Connections whose port belongs to no app.</summary>
    public StripedCounter NoRoute { get; } = new();

    public void Refused(Connection client, TcpEndpoint source, in GateVerdict verdict)
    {
        if (verdict is not { App.State: { } state, Refusal: { } reason })
        {
            NoRoute.Add(1);
            return;
        }

        if (verdict.Limit != LimitKind.None)
            state.Refused(verdict.Limit).Add(1);
        state.Ended(reason).Add(1);
    }

    public void Began(Session session) => session.App.State.SessionsActive.Add(1);

    public void Connected(Session session)
    {
        if (session.ConnectTime is { } time)
            session.App.State.ConnectTimes.Add(time.TotalSeconds);
    }

    public void Ending(Session session, TerminationReason reason)
    {
        session.CountBytes(); // while it has its target
    }

    public void Ended(Session session, TerminationReason reason)
    {
        var state = session.App.State;
        if (session.FirstByteTime(timeProvider) is { } firstByte)
            state.FirstBytes.Add(firstByte.TotalSeconds);
        state.Durations.Add(timeProvider.GetElapsedTime(session.StartedAt).TotalSeconds);
        state.Sizes.Add(session.FromClient + session.FromTarget);
        state.SessionsActive.Add(-1);
        session.CountBytes();
        if (session.RefusedBy != LimitKind.None)
            state.Refused(session.RefusedBy).Add(1);
        state.Ended(reason).Add(1); // after the other counters: whoever has seen this finds them complete
    }
}
