using System.CommandLine;

namespace Proxify.Program.Commands;

internal static class SharedOptions
{
    public static Option<string> Config()
    {
        var option = new Option<string>("--config", "-c")
        {
            Description = "The config file.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "config.json",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError("-c: the name is empty; expected a file");
        });
        return option;
    }
}
