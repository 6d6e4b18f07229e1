using System.CommandLine;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Program.Etcd;
using Proxify.Resolution;
using Proxify.Steering;
using Proxify.Tls;

namespace Proxify.Program.Commands;

/// <summary><c>proxify check</c>: says everything that is wrong with the config that a start with the same options would read.</summary>
internal static class CheckCommand
{
    public const string Name = "check";

    private static readonly EventId Valid = new(1232, "ConfigValid");

    public static Command Create(RunOptions options)
    {
        var command = new Command(
            Name, "Validate the config that a start with the same options would read (\"-c -\" is standard input): print every error, exit 1 if there is one.");
        options.AddTo(command);
        var resolve = new System.CommandLine.Option<bool>("--resolve")
        {
            Description = "Ask for the targets' names as a start would, and say what they are; exit 1 if one has no address.",
        };
        command.Options.Add(resolve);
        command.SetAction((parsed, _) => ExecuteAsync(
            parsed.GetValue(options.Config)!, parsed.GetValue(options.Steering) ? parsed.GetValue(options.Port) : null, parsed.GetValue(resolve),
            options.IsJson(parsed)));
        return command;
    }

    private static async Task<int> ExecuteAsync(string file, int? steeringPort, bool resolve, bool json)
    {
        if (file == RunOptions.StandardInput)
            return await CheckAsync("<stdin>", ConfigFile.Load(Console.OpenStandardInput()), steeringPort, resolve, json);
        var place = new ConfigPlace(file);
        if (place.Etcd is null)
            return await CheckAsync(file, ConfigFile.LoadOnce(file), steeringPort, resolve, json);
        // For the files that come with it.
        var folder = Directory.CreateTempSubdirectory("proxify-check-").FullName;
        try
        {
            return await CheckAsync(place.Name, await EtcdSource.ReadOnceAsync(place.Etcd, folder), steeringPort, resolve, json);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> CheckAsync(string name, ConfigResult result, int? steeringPort, bool resolve, bool json)
    {
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
        var counts = $"{Count(config.Apps.Count, "app")}, {Count(ports, "port")}, {Count(targets, "target")}";
        Output.WriteResult($"{name}: valid ({counts}{Until(tls?.Until)})", Valid, json);
        if (steeringPort is null && DialPorts.Shortage(config, LocalPorts.Read()) is { } shortage)
            Output.WriteWarning($"{name}: warning: {shortage}", DialPorts.TooFew, json);
        foreach (var problem in DialSourceProblems.Find(config))
            Output.WriteWarning($"{name}: warning: {problem}", DialSourceProblems.Event, json);
        return !resolve || await ResolveAsync(name, result, config, json) ? ExitCode.Success : ExitCode.CannotStart;
    }

    /// <summary>Says of each name what it is, or why that is not known.</summary>
    private static async Task<bool> ResolveAsync(string file, ConfigResult result, ProxyConfig config, bool json)
    {
        var names = await TargetNames.AskAsync(config, new NameLookup(TimeProvider.System).ResolveAsync, TimeProvider.System);
        foreach (var name in names)
        {
            var line = result.Locate([new ConfigError(name.Path, $"{name}")])[0].ToString(file);
            if (name.Problem is null)
                Output.WriteResult(line, TargetNames.Resolved, json);
            else
                Output.WriteWarning(line, TargetNames.NotResolved, json);
        }

        return names.All(name => name.Problem is null);
    }

    private static string Until(DateTimeOffset? until) => until is { } time ? $"; certificates until {time:u}" : "";

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
