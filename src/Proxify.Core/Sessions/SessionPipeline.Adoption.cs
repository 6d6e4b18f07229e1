using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Sessions that go from one process to another.</summary>
internal sealed partial class SessionPipeline
{
    /// <summary>Who may take the sessions that are here; null: nobody.</summary>
    public SessionOffers? Offers
    {
        get => _relay.Offers;
        set => _relay.Offers = value;
    }

    /// <summary>How sessions of another process are taken in: each gives what makes it begin here, or null where there is no place for it.</summary>
    public Func<HandedSession, ConnectionState, ConnectionState, Action?> AdoptionTo(ITransport transport)
    {
        var model = _runtime.Current;
        var apps = model.Apps.ToDictionary(static app => app.Name, StringComparer.Ordinal);
        return (handed, client, target) =>
        {
            // With TLS there is more to know than the kernel does, and the config may have come to ask for it meanwhile.
            if (!apps.TryGetValue(handed.App, out var app) || app.Tls is not null || app.TargetTls is not null)
                return null;
            var source = Parse(handed.Source) ?? client.Remote;
            if (!SessionGate.TryAdopt(source.Address, model, app))
                return null;
            var adoption = new Adoption(this, model, app, handed, target);
            return () => transport.Adopt(client, adoption);
        };
    }

    private async ValueTask AdoptAsync(Connection client, Adoption adoption)
    {
        _loops.NoteAccept(client.Local);
        var handed = adoption.Session;
        var session = new Session(client, adoption.Model, adoption.App, handed.StartedAt)
        {
            Target = client.Adopt(adoption.Target),
            ConnectedAt = handed.ConnectedAt,
            ConnectTime = handed.ConnectTime,
            Waited = handed.Waited,
            Tries = handed.Tries,
            HasPlace = true,
        };
        if (handed.UniqueId is { } id)
            session.UniqueId = id;
        if (handed.Source is not null || handed.Destination is not null || handed.ServerName is not null)
            session.Adopted = new(Parse(handed.Source), Parse(handed.Destination), handed.ServerName);
        ServeAtSameTarget(session, handed);
        session.SkipCounted();
        var reason = TerminationReason.InternalError;
        Begin(session);
        try
        {
            reason = await _relay.ResumeAsync(session, handed.Silence);
        }
        finally
        {
            End(session, reason);
        }
    }

    private static void ServeAtSameTarget(Session session, HandedSession handed)
    {
        var group = session.App.State.Group;
        for (var i = 0; i < group.Endpoints.Length; i++)
        {
            var state = group.Endpoints[i].State;
            if (state.Address != handed.TargetAddress || state.EndpointText != handed.TargetEndpoint)
                continue;
            if (state.Load.TryEnter())
                session.SetPicked(group, i);
            else
                session.ServeAt(state);
            return;
        }
    }

    private static TcpEndpoint? Parse(string? endpoint) => endpoint is null ? null : new TcpEndpoint(IPEndPoint.Parse(endpoint));

    private sealed class Adoption(SessionPipeline pipeline, ProxyModel model, AppModel app, HandedSession session, ConnectionState target) : IConnectionHandler
    {
        public ProxyModel Model => model;

        public AppModel App => app;

        public HandedSession Session => session;

        public ConnectionState Target => target;

        public ValueTask HandleAsync(Connection client) => pipeline.AdoptAsync(client, this);

        public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) => throw new UnreachableException();

        public void OnHandlerError(Connection client, Exception exception) => pipeline.OnHandlerError(client, exception);
    }
}
