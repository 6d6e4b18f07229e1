using Microsoft.Extensions.Logging;

namespace Proxify.Program.Etcd;

internal static partial class EtcdLog
{
    [LoggerMessage(1270, LogLevel.Information, "The config is followed at {Source}, revision {Revision}, by {Member}.")]
    public static partial void EtcdConnected(ILogger logger, string source, long revision, string member);

    [LoggerMessage(1271, LogLevel.Warning, "Changes of the config at {Source} are not seen, until etcd answers again: {Problem}.")]
    public static partial void EtcdLost(ILogger logger, string source, string problem);

    [LoggerMessage(1272, LogLevel.Warning,
        "RUNNING ON A COPY of the config: revision {Revision}, good at {At}, from {File}. What {Source} says instead: {Problem}.")]
    public static partial void ConfigFromCopy(ILogger logger, long revision, string at, string file, string source, string problem);

    [LoggerMessage(1273, LogLevel.Error, "The config holds, but a start without etcd will not know of it: {Problem}.")]
    public static partial void ConfigCopyNotKept(ILogger logger, string problem);

    [LoggerMessage(1279, LogLevel.Error, "There is a copy of the config, which cannot be used: {Problem}.")]
    public static partial void ConfigCopyNotRead(ILogger logger, string problem);

    [LoggerMessage(1276, LogLevel.Warning, "{Key} is no change that holds for all proxies, and is left alone: {Problem}.")]
    public static partial void MarkNotRead(ILogger logger, string key, string problem);

    [LoggerMessage(1281, LogLevel.Information, "Target {Target} of app {App} is enabled again by {By}, for all proxies of this config.")]
    public static partial void MarkTakenAway(ILogger logger, string target, string app, string by);

    [LoggerMessage(1280, LogLevel.Error, "What was said for all proxies of this config is not in force here, until it changes again: {Problem}.")]
    public static partial void MarksNotSet(ILogger logger, string problem);

    [LoggerMessage(1277, LogLevel.Warning, "The other proxies are not told of this one, whose name for them is {Machine}: {Problem}.")]
    public static partial void MachineNotTold(ILogger logger, string machine, string problem);

    [LoggerMessage(1278, LogLevel.Warning, "Another proxy has the name {Machine} as well, process {Pid}: give one of them another, with machine=NAME.")]
    public static partial void MachineNameTaken(ILogger logger, string machine, int pid);
}
