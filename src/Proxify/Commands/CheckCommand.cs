using System.CommandLine;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Steering;
using Proxify.Tls;

namespace Proxify.Program.Commands;

/// <summary><c>proxify check</c>: says everything that is wrong with the config that a start with the same options would read.</summary>
internal static class CheckCommand
{
    public const string Name = "check";

    public static Command Create(RunOptions options)
    {
        var command = new Command(
            Name, "Validate the config that a start with the same options would read (\"-c -\" is standard input): print every error, exit 1 if there is one.");
        options.AddTo(command);
        command.SetAction(parsed => Execute(parsed.GetValue(options.Config)!, parsed.GetValue(options.Steering) ? parsed.GetValue(options.Port) : null,
            options.IsJson(parsed)));
        return command;
    }

    private static int Execute(string file, int? steeringPort, bool json)
    {
        var (name, result) = file == RunOptions.StandardInput ? ("<stdin>", ConfigFile.Load(Console.OpenStandardInput())) : (file, ConfigFile.LoadOnce(file));
        if (steeringPort is { } port)
            result = result.ValidateForSteering(port, KernelLayout.MaxApps);
        var tls = result.Config is null ? null : ConfiguredTls.Of(result.Config, TimeProvider.System, new WarningLogger(name, json));
        if (tls is { Errors.Count: > 0 })
            result = new ConfigResult(null, result.Locate(tls.Errors));
        if (result.Config is not { } config)
        {
            foreach (var error in result.Errors)
                Output.WriteProblem(error.ToString(name), json);
            return ExitCode.CannotStart;
        }

        var ports = config.Apps.Sum(a => a.Ports.Sum(p => p.Last - p.First + 1));
        var targets = config.Apps.Sum(a => a.Targets.Count);
        Output.WriteValid($"{name}: valid ({Count(config.Apps.Count, "app")}, {Count(ports, "port")}, {Count(targets, "target")}{Until(tls?.Until)})", json);
        if (steeringPort is null && DialPorts.Shortage(config, LocalPorts.Read()) is { } shortage)
            Output.WriteWarning($"{name}: warning: {shortage}", DialPorts.TooFew, json);
        foreach (var problem in DialSourceProblems.Find(config))
            Output.WriteWarning($"{name}: warning: {problem}", DialSourceProblems.Event, json);
        return ExitCode.Success;
    }

    private static string Until(DateTimeOffset? until) => until is { } time ? $"; certificates until {time:u}" : "";

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
