using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Bytes as they come: finds a target, runs the stages, and relays both ways until both have ended.</summary>
internal sealed class TcpProtocol(TargetDialer dialer, ImmutableArray<ISessionStage> stages) : IAppProtocol
{
    private volatile SessionOffers? _offers;

    /// <summary>Another process may take the sessions. Null (default): there is none.</summary>
    public SessionOffers? Offers
    {
        get => _offers;
        set => _offers = value;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TerminationReason> ServeAsync(Session session)
    {
        if (await dialer.ReachAsync(session) is { } unreached)
            return unreached;
        try
        {
            if ((!stages.IsEmpty || session.Exchange?.Introduction is not null) && await RunStagesAsync(session) is { } refused)
                return refused;
            while (true)
            {
                if (_offers is not null && await OfferAsync(session) is { } handedOver)
                    return handedOver;
                var end = await session.Client.RelayAsync(session.Target!, TimeoutsOf(session));
                if (end != RelayEnd.Suspended)
                    return RelayEndTable.ReasonOf(end, session);
            }
        }
        finally
        {
            session.Target!.Reset(); // of no effect where the relay has closed it
        }
    }

    /// <summary>Goes on with a session that another process has had until now.</summary>
    /// <param name="session">It has its target.</param>
    /// <param name="silence">No byte has moved for so long.</param>
    public async ValueTask<TerminationReason> ResumeAsync(Session session, TimeSpan silence)
    {
        var timeouts = session.App.Timeouts.Relay with { SilentFor = silence };
        while (true)
        {
            var end = await session.Client.RelayAsync(session.Target!, timeouts);
            if (end != RelayEnd.Suspended)
                return RelayEndTable.ReasonOf(end, session);
            if (await OfferAsync(session) is { } handedOver)
                return handedOver;
            timeouts = TimeoutsOf(session);
        }
    }

    /// <summary>Silence goes on where a relay has been interrupted.</summary>
    private static RelayTimeouts TimeoutsOf(Session session) => session.App.Timeouts.Relay with { SilentFor = session.Client.Silence ?? TimeSpan.Zero };

    /// <returns>Null: nobody takes it.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason?> OfferAsync(Session session)
    {
        if (_offers is not { } offers || !await offers.OfferAsync(session))
            return null;
        session.IsHandedOver = true;
        session.Client.Abandon();
        session.Target!.Abandon();
        return TerminationReason.Done;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason?> RunStagesAsync(Session session)
    {
        if (session.Exchange?.Introduction is { } introduce && !await introduce(session.Target!))
            return session.IsAborted ? session.AbortReason : TerminationReason.TargetReset;
        foreach (var stage in stages)
        {
            if (await stage.RunAsync(session) is { } refused)
                return refused;
        }

        return null;
    }
}
