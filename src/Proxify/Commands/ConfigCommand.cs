using System.CommandLine;
using Proxify.Program.Admin.Client;

namespace Proxify.Program.Commands;

/// <summary><c>proxify config</c>: what is in force.</summary>
internal sealed class ConfigCommand : AdminCommand
{
    private readonly Option<bool> _effective = new("--effective") { Description = "With what was changed at run time: as a file would have to say it." };

    public ConfigCommand()
        : base("config", "Print the config file as it is in force, whatever the file says by now.") => Options.Add(_effective);

    protected override async Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop) =>
        Print((await client.SendAsync(HttpMethod.Get, parsed.GetValue(_effective) ? "/v1/config/effective" : "/v1/config", null, stop)).TrimEnd('\n'));
}
