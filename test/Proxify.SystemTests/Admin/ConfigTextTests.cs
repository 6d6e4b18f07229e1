namespace Proxify.SystemTests.Admin;

/// <summary>The config as it is in force, and with what was changed at run time.</summary>
public sealed class ConfigTextTests
{
    [Fact]
    public async Task The_effective_config_is_the_file_with_what_was_changed_and_a_file_that_check_takes()
    {
        await using var lab = await AdminLab.CreateAsync();
        var (first, second, added) = (Config.Local(lab.Targets[0]), Config.Local(lab.Targets[1]), Config.Local(lab.Lab.Port()));
        var (opened, other) = (lab.Lab.Port(), lab.Lab.Port());
        const string Changed = "/* changed at run time */";
        var text = Text(lab, $$"""
                    "Ports": [{{lab.Port}}, "{{other}}-{{other + 1}}"], // the ports
                    "Targets": [
                        "{{first}}", // the first
                        { "Address": "{{second}}", "Weight": 2 },
                    ],
            """);
        await lab.Proxify.ReloadAsync(text);
        Assert.Equal(text.Replace("\"AUTH secret\"", "\"...\" /* not shown */"), (await lab.AskAsync("/v1/config/effective")).Text);

        (await lab.AskAsync($"{lab.TargetPath(1)}/drain", "POST")).Ok();
        (await lab.AskAsync("/v1/apps/app/targets", "POST", $$"""{"target":"{{added}}","weight":5,"backup":true}""")).Ok();
        (await lab.AskAsync("/v1/apps/app/targets", "POST", $$"""{"target":"10.0.0.9:1"}""")).Ok();
        (await lab.AskAsync(lab.TargetPath(0), "DELETE")).Ok();
        (await lab.AskAsync($"/v1/apps/app/ports/{opened}", "PUT")).Ok();
        (await lab.AskAsync("/v1/apps/app/pause", "POST")).Ok();
        // What is in force, whatever becomes of the file.
        await File.WriteAllTextAsync(lab.Proxify.ConfigPath, "{", TestContext.Current.CancellationToken);
        await lab.Proxify.WaitForEventAsync("ConfigRejected");

        var effective = (await lab.CommandAsync("config", "--effective")).Succeeded().Output;
        Assert.Equal(
            Text(lab, $$"""
                    "Ports": [{{lab.Port}}, "{{other}}-{{other + 1}}", {{opened}}] {{Changed}} /* paused at run time: it takes no connections */, // the ports
                    "Targets": [
                        { "Address": "{{second}}", "Weight": 0 } /* weight set at run time, configured: 2 */,
                        "10.0.0.9:1" /* added at run time */,
                        { "Address": "{{added}}", "Weight": 5, "Backup": true } /* added at run time */
                        /* "{{first}}" taken away at run time */
                    ],
            """).Replace("\"AUTH secret\"", "\"...\" /* not shown */"),
            effective);
        var check = await lab.Lab.RunAsync([Repository.Binary, "check", "-c", "-"], effective);
        Assert.Contains("<stdin>: valid (1 app, 4 ports, 3 targets)", check.Succeeded().Output);
        Assert.DoesNotContain("at run time", (await lab.CommandAsync("config")).Succeeded().Output);
    }

    [Fact]
    public async Task An_app_all_of_whose_targets_are_drained_keeps_weights_that_a_file_may_have()
    {
        await using var lab = await AdminLab.CreateAsync();
        (await lab.AskAsync($"{lab.TargetPath(0)}/drain", "POST")).Ok();
        (await lab.AskAsync($"{lab.TargetPath(1)}/drain", "POST")).Ok();

        var effective = (await lab.AskAsync("/v1/config/effective")).Text;

        Assert.Contains($"[\"{Config.Local(lab.Targets[0])}\" /* weight 0 at run time, as of all others */, ", effective);
        (await lab.Lab.RunAsync([Repository.Binary, "check", "-c", "-"], effective)).Succeeded();
    }

    private static string Text(AdminLab lab, string options) => $$"""
        {
            "Apps": [
                // an app
                {
                    "Name": "app",
        {{options}}
                    "Health": { "Send": "AUTH secret", "Expect": "OK", "Active": false },
                }
            ],
            "Admin": { "Socket": "{{lab.Socket}}", "Listen": ["127.0.0.1:{{lab.Http}}"], "Token": "{{lab.TokenFile}}" }
        }
        """;
}
