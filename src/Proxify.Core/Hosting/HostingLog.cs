using Microsoft.Extensions.Logging;
using Proxify.Runtime;
using Proxify.Telemetry;
using Marks = System.Collections.Immutable.ImmutableDictionary<(string App, string Target), Proxify.Configuration.TargetMark>;

namespace Proxify.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(1200, LogLevel.Information, "Started: {Entrance} for {Apps}, transport {Transport}.")]
    public static partial void Started(ILogger logger, string entrance, Count apps, string transport);

    [LoggerMessage(1201, LogLevel.Information, "Config reloaded: {Entrance} for {Apps}.")]
    public static partial void ConfigReloaded(ILogger logger, string entrance, Count apps);

    [LoggerMessage(1262, LogLevel.Warning,
        "The service manager listens on {Endpoints} for this process, and no app has that: who connects there waits in vain.")]
    public static partial void GivenSocketsUnused(ILogger logger, string endpoints);

    [LoggerMessage(1274, LogLevel.Information, "Target {Target} of app {App} is {State} by {By}, for all proxies of this config.")]
    private static partial void MarkSet(ILogger logger, string app, string target, string state, string by);

    [LoggerMessage(1275, LogLevel.Information, "Target {Target} of app {App} is not {State} any more, as {By} had it for all proxies of this config.")]
    private static partial void MarkEnded(ILogger logger, string app, string target, string state, string by);

    public static void MarksChanged(ILogger logger, Marks before, Marks now)
    {
        foreach (var ((app, target), mark) in before.Where(mark => !now.ContainsKey(mark.Key)))
            MarkEnded(logger, app, target, mark.State, mark.By);
        foreach (var ((app, target), mark) in now.Where(mark => before.GetValueOrDefault(mark.Key) != mark.Value))
            MarkSet(logger, app, target, mark.State, mark.By);
    }

    [LoggerMessage(1260, LogLevel.Information,
        "Process {Successor} serves now, with {Taken} of this one. Left here, where they end by themselves or as Drain says: {Left}.")]
    public static partial void HandedOver(ILogger logger, int successor, Count taken, Count left);

    [LoggerMessage(1261, LogLevel.Error, "The upgrade has failed, and nothing has changed: {Problem}.")]
    public static partial void UpgradeFailed(ILogger logger, string problem);

    [LoggerMessage(1206, LogLevel.Warning, "The transport is sockets, which is slower, because uring does not work here: {Reason}.")]
    public static partial void TransportFallback(ILogger logger, string reason);

    [LoggerMessage(1207, LogLevel.Warning, "The transport {Transport} does not get all it asks for: {Limitation}.")]
    public static partial void TransportLimited(ILogger logger, string transport, string limitation);

    [LoggerMessage(1210, LogLevel.Debug, "Steered ports: {Added} added, {Removed} removed, {LeftByHand} left alone because they were set by hand.")]
    public static partial void PortsSteered(ILogger logger, int added, int removed, int leftByHand);

    [LoggerMessage(1211, LogLevel.Information, "Port {Port} was opened by hand: its connections go to the default app.")]
    public static partial void PortOpenedByHand(ILogger logger, int port);

    [LoggerMessage(1213, LogLevel.Error,
        "The kernel did not take the previous source rules back: {Problem}. Connections are judged when they are accepted, all the same.")]
    public static partial void RulesNotRestored(ILogger logger, string problem);

    [LoggerMessage(1214, LogLevel.Error,
        "The kernel steers by the config of the process before this one: {Problem}. A reload tries again; connections are judged at accept all the same.")]
    public static partial void SteeringNotChanged(ILogger logger, string problem);

    [LoggerMessage(1215, LogLevel.Information, "Refused in the kernel since the last such line: {Denied} by Sources, {Limited} by rates.")]
    public static partial void RefusedInKernel(ILogger logger, long denied, long limited);

    [LoggerMessage(1216, LogLevel.Warning, "Refused in the kernel since the last such line, because the steered listener could not take them: {Connections}.")]
    public static partial void NoListenerInKernel(ILogger logger, long connections);

    [LoggerMessage(1217, LogLevel.Error, "The kernel still steers ports that the config does not have: {Problem}. The next reload tries again.")]
    public static partial void PortsNotRemoved(ILogger logger, string problem);

    [LoggerMessage(1218, LogLevel.Information, "The weight of target {Target} of app {App} is {Weight}.")]
    public static partial void WeightSet(ILogger logger, string app, string target, string weight);

    [LoggerMessage(1223, LogLevel.Information, "Port {Port} is open for app {App}, besides those of the config.")]
    public static partial void PortAdded(ILogger logger, int port, string app);

    [LoggerMessage(1224, LogLevel.Information, "Port {Port} is closed for app {App}, which had it besides those of the config.")]
    public static partial void PortRemoved(ILogger logger, int port, string app);

    [LoggerMessage(1228, LogLevel.Information, "App {App} has target {Target}, besides those of the config.")]
    public static partial void TargetAdded(ILogger logger, string target, string app);

    [LoggerMessage(1229, LogLevel.Information, "Target {Target} is taken from app {App}, until it is added again or has left the config.")]
    public static partial void TargetTaken(ILogger logger, string target, string app);

    [LoggerMessage(1234, LogLevel.Information, "App {App} {State}.")]
    public static partial void AppPaused(ILogger logger, string app, string state);

    [LoggerMessage(1235, LogLevel.Information, "Ended by hand: {Sessions}.")]
    public static partial void SessionsKilled(ILogger logger, Count sessions);

    [LoggerMessage(1225, LogLevel.Warning, "In app {App} {What} was changed at run time, and is no more: the new config has an error with it: {Problem}.")]
    private static partial void ChangeDropped(ILogger logger, string app, string what, string problem);

    [LoggerMessage(1226, LogLevel.Warning, "Ended like these, because the new config has errors with them: {Changes}.")]
    private static partial void MoreChangesDropped(ILogger logger, Count changes);

    /// <summary>A line for each of the first, and one for all others.</summary>
    public static void ChangesDropped(ILogger logger, IReadOnlyCollection<DroppedOverride> dropped)
    {
        const int OwnLines = 10;
        foreach (var (app, what, error) in dropped.Take(OwnLines))
            ChangeDropped(logger, app, what, $"{error}");
        if (dropped.Count > OwnLines)
            MoreChangesDropped(logger, Count.Of(dropped.Count - OwnLines, "change"));
    }

    [LoggerMessage(1236, LogLevel.Information, "{Place} has changes made at run time: {Changes} in force again, {Ended} ended by what the config says now.")]
    public static partial void StateRead(ILogger logger, string place, Count changes, int ended);

    [LoggerMessage(1237, LogLevel.Error, "{Place} cannot be used, so no change made at run time is in force again: {Problem}.")]
    public static partial void StateRefused(ILogger logger, string place, string problem);

    [LoggerMessage(1238, LogLevel.Error, "{Place} cannot be written: changes made at run time hold, but end with this process: {Problem}.")]
    public static partial void StateNotKept(ILogger logger, string place, string problem);

    [LoggerMessage(1239, LogLevel.Warning,
        "Port {Port} was opened for app {App} at run time, and cannot be opened again, so it is closed and forgotten: {Problem}.")]
    public static partial void PortNotRestored(ILogger logger, int port, string app, string problem);

    [LoggerMessage(1240, LogLevel.Warning,
        "The new config has another Admin, which is read at the start alone: where and by whom proxify is administered stays as it is until a restart.")]
    public static partial void RestartNeeded(ILogger logger);

    [LoggerMessage(1220, LogLevel.Warning,
        "Limits.Sessions is {Sessions}, which takes {Needed} descriptors, and this process may have {Limit}: accepting will pause before the limit is reached. Raise LimitNOFILE (ulimit -Hn), or lower the limit.")]
    public static partial void TooFewDescriptors(ILogger logger, int sessions, long needed, ulong limit);

    [LoggerMessage(1221, LogLevel.Warning, "A limit of this process is tight: {Limit}. Where it is reached the process ends.")]
    public static partial void TightLimit(ILogger logger, string limit);

    [LoggerMessage(1222, LogLevel.Warning, "{Shortage}")]
    public static partial void TooFewDialPorts(ILogger logger, string shortage);

    [LoggerMessage(1202, LogLevel.Error, "Config rejected, the previous one stays in force: {Problems}")]
    public static partial void ConfigRejected(ILogger logger, string problems);

    [LoggerMessage(1203, LogLevel.Information, "Stopping: {Sessions} may end by themselves.")]
    public static partial void Stopping(ILogger logger, Count sessions);

    [LoggerMessage(1204, LogLevel.Information, "Stopped.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1205, LogLevel.Error, "The reload failed unexpectedly; the previous config stays in force.")]
    public static partial void ReloadFailed(ILogger logger, Exception exception);
}
