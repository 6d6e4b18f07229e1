using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Steering;

namespace Proxify.Program;

/// <summary>
/// Brings steering into force with as few rights as possible. The first image of the process loads and attaches the program while it has the capabilities for
/// it, says what only it can see, and executes itself again without any; the second one finds steering attached.
/// </summary>
internal static class SteeringStart
{
    private const int FirstUnprivilegedPort = 1024;

    /// <exception cref="SteeringException">The kernel, the capabilities or the memory do not allow it; nothing is steered.</exception>
    public static async Task<SteeringProgram> RunAsync(ConfigPlace place, int port, Action<ILoggingBuilder> configureLogging)
    {
        if (SteeringHandover.IsPending)
            return SteeringHandover.Take();

        using var program = SteeringProgram.Load();
        var others = SkLookupPrograms.OfOwnNamespace();
        program.AttachToOwnNamespace();
        // Of a config with errors there is nothing to say: the second image says what is wrong with it.
        var config = (await place.LoadForStartAsync()).Config;
        Warn(config, others, configureLogging);
        List<Capability> keep = [.. SteeringHandover.NeededAfterwards];
        if (port < FirstUnprivilegedPort)
            keep.Add(Capability.NetBindService);
        if (config?.Apps.Any(static app => app.Source is { IsClient: true }) == true)
            keep.Add(Capability.NetRaw);
        // Root in somebody's home: without it neither the start nor a reload could read the file.
        if (!place.Files.All(Libc.ModesAllowReading))
            keep.Add(Capability.DacReadSearch);
        SteeringHandover.ExecuteConfined(program, [.. keep]);
        throw new InvalidOperationException("execve returned");
    }

    // Other users' processes and programs are shown to the privileged only, so the ports of the first config are looked up here.
    private static void Warn(ProxyConfig? config, IReadOnlyList<string> others, Action<ILoggingBuilder> configureLogging)
    {
        IReadOnlyList<ListenerOwner> owners = config is null ? [] : ListenerSearch.Find(PortsToWarnOf(config));
        if (owners.Count + others.Count == 0)
            return;
        using var logging = LoggerFactory.Create(configureLogging);
        var logger = logging.CreateLogger("Proxify");
        if (others.Count > 0)
            SteeringLog.OtherSteering(logger, string.Join(", ", others));
        TakeoverWatch.Warn(logger, owners);
    }

    private static HashSet<ushort> PortsToWarnOf(ProxyConfig config) =>
    [
        .. from app in config.Apps
           where !app.AllowTakeover
           from range in app.Ports
           from port in Enumerable.Range(range.First, range.Last - range.First + 1)
           select (ushort)port,
    ];
}
