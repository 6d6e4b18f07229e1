using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>Bytes as they come: finds a target, runs the stages, and relays both ways until both have ended.</summary>
internal sealed class TcpProtocol(TargetDialer dialer, ImmutableArray<ISessionStage> stages) : IAppProtocol
{
    public string Name => "tcp";

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TerminationReason> ServeAsync(Session session)
    {
        if (await dialer.ReachAsync(session) is { } unreached)
            return unreached;
        try
        {
            if (!stages.IsEmpty && await RunStagesAsync(session) is { } refused)
                return refused;
            return RelayEndTable.ReasonOf(await session.Client.RelayAsync(session.Target!, session.App.Timeouts.Relay), session);
        }
        finally
        {
            session.Target!.Reset(); // of no effect where the relay has closed it
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason?> RunStagesAsync(Session session)
    {
        foreach (var stage in stages)
        {
            if (await stage.RunAsync(session) is { } refused)
                return refused;
        }

        return null;
    }
}
