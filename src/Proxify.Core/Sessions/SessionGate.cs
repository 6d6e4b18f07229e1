using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>What a connection has to pass before it becomes a session: a route, the rules for its source, rates, and the limits that refuse at once.</summary>
internal sealed class SessionGate(IPortOwner ports, TimeProvider timeProvider)
{
    /// <summary>
    /// An admitted connection has taken its place in what limits count, which <see cref="Leave"/> gives back. A refused one has taken nothing but tokens.
    /// </summary>
    public GateVerdict Judge(Connection client, ProxyModel model)
    {
        if (Route(client.Local, model) is not { } app)
            return new(null, TerminationReason.NoRoute);
        if (WhoDenies(client.Remote, model, app) is { } rule)
            return new(app, TerminationReason.Denied, rule);
        var limit = TryAdmit(client, model, app);
        return new(app, limit == LimitKind.None ? null : TerminationReason.Limit, Limit: limit);
    }

    /// <summary>Gives back what the session took when it was admitted.</summary>
    public static void Leave(Session session)
    {
        var source = session.Client.Remote.Address;
        session.Model.State.Sessions.Free();
        Free(session.App.State.Sources, session.App.Limits, source);
        Free(session.Model.State.Sources, session.Model.Limits, source);
    }

    private AppModel? Route(TcpEndpoint local, ProxyModel model) => local.IsUnknown
        ? null
        : model.Routes.Find(local) ?? (ports.BelongsToDefaultApp(local.Port) ? model.DefaultApp : null);

    /// <summary>Null: nobody. Who it is decides over rules, rates and limits: nobody passes them unknown.</summary>
    private static string? WhoDenies(TcpEndpoint client, ProxyModel model, AppModel app)
    {
        if (client.IsUnknown)
            return "an unknown address";
        if (!model.Sources.Allows(client.Address))
            return "Sources of the file";
        return app.Sources.Allows(client.Address) ? null : "Sources of the app";
    }

    private LimitKind TryAdmit(Connection client, ProxyModel model, AppModel app)
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

    private ulong Now() => (ulong)(timeProvider.GetTimestamp() * (1_000_000_000 / timeProvider.TimestampFrequency));

    private static bool TryTake(SourceSlots slots, EffectiveLimits limits, UInt128 source) =>
        limits.SessionsPerSource == SessionSlots.Unlimited || slots.TryTake(limits.Sources.Apply(source), limits.SessionsPerSource);

    private static void Free(SourceSlots slots, EffectiveLimits limits, UInt128 source)
    {
        if (limits.SessionsPerSource != SessionSlots.Unlimited)
            slots.Free(limits.Sources.Apply(source));
    }
}
