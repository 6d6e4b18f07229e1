using System.CommandLine;
using Proxify.Configuration;

namespace Proxify.Program.Commands;

/// <summary><c>proxify check</c>: says everything that is wrong with a config.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = SharedOptions.Config();
        var command = new Command("check", "Validate a config: print every error, exit 1 if there is one.") { config };
        command.SetAction(parsed => Execute(parsed.GetValue(config)!));
        return command;
    }

    private static int Execute(string file)
    {
        var result = ConfigFile.Load(file);
        if (result.Config is not { } config)
        {
            foreach (var error in result.Errors)
                Console.Error.WriteLine(error.ToString(file));
            return ExitCode.CannotStart;
        }

        var ports = config.Apps.Sum(a => a.Ports.Sum(p => p.Last - p.First + 1));
        Console.WriteLine($"{file}: valid ({Count(config.Apps.Count, "app")}, {Count(ports, "port")}, {Count(config.Apps.Sum(a => a.Targets.Count), "target")})");
        return ExitCode.Success;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
