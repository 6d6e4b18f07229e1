using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// What a connection has to pass before it becomes a session: a route, the rules for its source, rates, and the limits that refuse at once. All at once as a
/// rule; of an <see cref="Arrival"/> in the order in which its client and its app become known.
/// </summary>
internal sealed class SessionGate(IPortOwner ports, TimeProvider timeProvider)
{
    public PortModel? Route(TcpEndpoint local, ProxyModel model) => local.IsUnknown
        ? null
        : model.Routes.Find(local) ?? (ports.BelongsToDefaultApp(local.Port) ? model.DefaultPort : null);

    /// <summary>
    /// An admitted connection has taken its place in what limits count, which <see cref="Leave(Session)"/> gives back. A refused one has taken nothing but
    /// tokens.
    /// </summary>
    public GateVerdict Judge(Connection client, ProxyModel model, AppModel app)
    {
        if (client.Remote.IsUnknown)
            return Unknown(app);
        var verdict = Judge(client.Remote.Address, ports.HasTakenTokens(client.Local.Port), app, model, app);
        if (!verdict.IsAdmitted || model.State.Sessions.TryTake())
            return verdict;
        Free(app.State.Sources, app.Limits, client.Remote.Address);
        Free(model.State.Sources, model.Limits, client.Remote.Address);
        return new(app, TerminationReason.Limit, Limit: LimitKind.Sessions);
    }

    /// <summary>
    /// Whether something may be read of a connection: it counts among the file's sessions from now on. Before there is an <see cref="Arrival"/>, which a
    /// refused one does not cost.
    /// </summary>
    public static GateVerdict TryArrive(Connection client, ProxyModel model, PortModel port)
    {
        if (client.Remote.IsUnknown)
            return Unknown(port.App);
        if (port.ProxyProtocol is { IsRequired: true } && !port.IsBalancer(client.Remote))
            return new(port.App, TerminationReason.Denied, "ProxyProtocol of the app");
        return model.State.Sessions.TryTake() ? new(port.App, null) : new(port.App, TerminationReason.Limit, Limit: LimitKind.Sessions);
    }

    /// <summary>The client is known, and its app is not: what the file says of the client.</summary>
    public GateVerdict JudgeByFile(Arrival arrival) => Judge(arrival, arrival.Port.App, arrival.Model, app: null);

    /// <summary>What an app says of the client, and what the file says, unless it has said so before.</summary>
    public GateVerdict Judge(Arrival arrival, AppModel app) =>
        Judge(arrival, app, arrival.HoldsSource ? null : arrival.Model, app);

    /// <summary>Takes for a session that was admitted elsewhere what it has there: its places, not tokens of rates.</summary>
    public static bool TryAdopt(UInt128 source, ProxyModel model, AppModel app)
    {
        if (!model.State.Sessions.TryTake())
            return false;
        if (TryTake(model.State.Sources, model.Limits, source))
        {
            if (TryTake(app.State.Sources, app.Limits, source))
            {
                if (app.State.Sessions.TryTake())
                    return true;
                Free(app.State.Sources, app.Limits, source);
            }

            Free(model.State.Sources, model.Limits, source);
        }

        model.State.Sessions.Free();
        return false;
    }

    /// <summary>Gives back what the session took when it was admitted.</summary>
    public static void Leave(Session session)
    {
        var source = session.Source.Address;
        session.Model.State.Sessions.Free();
        Free(session.App.State.Sources, session.App.Limits, source);
        Free(session.Model.State.Sources, session.Model.Limits, source);
    }

    /// <summary>Gives back what was taken by a connection that has become no session.</summary>
    public static void Leave(Arrival arrival)
    {
        arrival.Model.State.Sessions.Free();
        if (arrival.HoldsSource)
            Free(arrival.Model.State.Sources, arrival.Model.Limits, arrival.Source.Address);
    }

    private GateVerdict Judge(Arrival arrival, AppModel counted, ProxyModel? file, AppModel? app)
    {
        // What the kernel has taken of a balancer's connection were the balancer's tokens. Of a port that apps share it has taken the file's alone.
        var areTokensTaken = !arrival.IsFromBalancer && ports.HasTakenTokens(arrival.Client.Local.Port) && (app is null || arrival.Port.Apps.Length == 1);
        var verdict = Judge(arrival.Source.Address, areTokensTaken, counted, file, app);
        if (verdict.IsAdmitted && file is not null)
            arrival.HoldsSource = true;
        return verdict;
    }

    /// <param name="source">The client's address.</param>
    /// <param name="areTokensTaken">By the kernel.</param>
    /// <param name="counted">Where the verdict counts.</param>
    /// <param name="file">Null: not asked now.</param>
    /// <param name="app">Likewise.</param>
    private GateVerdict Judge(UInt128 source, bool areTokensTaken, AppModel counted, ProxyModel? file, AppModel? app)
    {
        if (file?.Sources.Allows(source) == false)
            return new(counted, TerminationReason.Denied, "Sources of the file");
        if (app?.Sources.Allows(source) == false)
            return new(counted, TerminationReason.Denied, "Sources of the app");
        var limit = TryTake(source, areTokensTaken, file, app);
        return new(counted, limit == LimitKind.None ? null : TerminationReason.Limit, Limit: limit);
    }

    private LimitKind TryTake(UInt128 source, bool areTokensTaken, ProxyModel? file, AppModel? app)
    {
        if (!areTokensTaken && (file?.Rates is not null || app?.Rates is not null)
            && RateBuckets.Take(file?.Rates, app?.Rates, source, Now()) is var over and not LimitKind.None)
        {
            return over;
        }

        if (file is not null && !TryTake(file.State.Sources, file.Limits, source))
            return LimitKind.SessionsPerSource;
        if (app is null || TryTake(app.State.Sources, app.Limits, source))
            return LimitKind.None;
        if (file is not null)
            Free(file.State.Sources, file.Limits, source);
        return LimitKind.SessionsPerSource;
    }

    /// <summary>Who it is decides over rules, rates and limits: nobody passes them unknown.</summary>
    private static GateVerdict Unknown(AppModel counted) => new(counted, TerminationReason.Denied, "an unknown address");

    /// <summary>The clock of rates: nanoseconds.</summary>
    public static ulong Now(TimeProvider timeProvider) => (ulong)(timeProvider.GetTimestamp() * (1_000_000_000 / timeProvider.TimestampFrequency));

    private ulong Now() => Now(timeProvider);

    private static bool TryTake(SourceSlots slots, EffectiveLimits limits, UInt128 source) =>
        limits.SessionsPerSource == SessionSlots.Unlimited || slots.TryTake(limits.Sources.Apply(source), limits.SessionsPerSource);

    private static void Free(SourceSlots slots, EffectiveLimits limits, UInt128 source)
    {
        if (limits.SessionsPerSource != SessionSlots.Unlimited)
            slots.Free(limits.Sources.Apply(source));
    }
}
