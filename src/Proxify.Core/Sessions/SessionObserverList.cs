using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Several observers as one; told in the order in which they are given.</summary>
internal sealed class SessionObserverList(params ISessionObserver[] observers) : ISessionObserver
{
    public void Refused(Connection client, TcpEndpoint source, in GateVerdict verdict)
    {
        foreach (var observer in observers)
            observer.Refused(client, source, verdict);
    }

    public void Began(Session session)
    {
        foreach (var observer in observers)
            observer.Began(session);
    }

    public void Connected(Session session)
    {
        foreach (var observer in observers)
            observer.Connected(session);
    }

    public void Ending(Session session, TerminationReason reason)
    {
        foreach (var observer in observers)
            observer.Ending(session, reason);
    }

    public void Ended(Session session, TerminationReason reason)
    {
        foreach (var observer in observers)
            observer.Ended(session, reason);
    }
}
