using System.CommandLine;

namespace Proxify.Program.Commands;

internal static class SharedOptions
{
    public static Option<string> Config() => new("--config", "-c")
    {
        Description = "The config file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "config.json",
    };
}
