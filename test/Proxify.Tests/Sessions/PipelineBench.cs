using Microsoft.Extensions.Logging;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>A pipeline and what hangs off it, as the server puts them together.</summary>
/// <param name="runtime">What is in force.</param>
/// <param name="registry">The live sessions.</param>
/// <param name="ports">Whose ports are.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Takes every line and every record.</param>
/// <param name="observers">Told besides, and last.</param>
/// <param name="stages">Between dial and relay.</param>
internal sealed class PipelineBench(
    ProxyRuntime runtime, SessionRegistry registry, IPortOwner ports, TimeProvider time, ILogger log, ISessionObserver[]? observers = null,
    ISessionStage[]? stages = null)
{
    private readonly SessionCounters _counters = new(time);
    private SessionPipeline? _pipeline;

    public long NoRoute => _counters.NoRoute.Value;

    private SessionPipeline Pipeline => _pipeline ??= new(
        runtime, registry, ports,
        new SessionObserverList(
            [new HealthEvidence(time), _counters, new RefusalLog(time, log), new AccessLog(time, log), .. observers ?? []]),
        time, log, stages: [.. stages ?? []]);

    public ValueTask HandleAsync(Connection client) => Pipeline.HandleAsync(client);
}
