namespace Proxify.SystemTests;

public sealed class StartTests
{
    [Fact]
    public async Task Ports_in_use_end_the_start_and_are_named_with_their_cause_once()
    {
        await using var lab = await Lab.CreateAsync();
        using var first = lab.Listen(System.Net.IPAddress.Any);
        using var second = lab.Listen(System.Net.IPAddress.Any);
        var proxy = lab.LaunchProxify(Config.Of(
            Config.App("free", lab.Port(), "127.0.0.1:1"), Config.App("first", first.Port, "127.0.0.1:1"), Config.App("second", second.Port, "127.0.0.1:1")));

        Assert.Equal(1, await proxy.ExitAsync());

        var error = Assert.Single(proxy.Problems);
        Assert.Contains($":{first.Port}", error);
        Assert.Contains($":{second.Port}", error);
        Assert.Contains("in use", error);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Too_few_descriptors_for_64000_ports_are_one_line(string format)
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync(); // where nobody else has any of these ports
        await using var owned = lab;
        var proxy = lab.LaunchProxify(
            """{"Apps":[{"Name":"a","Ports":["1024-65535"],"Targets":["127.0.0.1:1"]}]}""",
            new() { LogFormat = format, Prefix = [Tool.Require("prlimit", "util-linux"), "--nofile=512:512"] });

        Assert.Equal(1, await proxy.ExitAsync());

        var error = Assert.Single(format == "json" ? proxy.Problems : proxy.Process.Errors.Lines);
        Assert.Matches(@"^proxify: cannot listen on 6\d{4} endpoints \(\[::\]:.*\): EMFILE: too many open files; raise ""ulimit -n""", error);
        Assert.InRange(error.Length, 1, 500);
    }

    [Fact]
    public async Task Problems_of_a_start_are_lines_of_the_format_of_the_log()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify("""{"Apps":[]}""", new() { LogFormat = "json" });

        Assert.Equal(1, await proxy.ExitAsync());

        var problem = LogEvent.Parse(Assert.Single(proxy.Process.Errors.Lines));
        Assert.Equal(("fatal", "CannotStart"), (problem.Level, problem.Event));
        Assert.StartsWith($"{proxy.ConfigPath}:1:9: Apps: is empty", problem.Message);
        Assert.Empty(proxy.Log.Lines);
    }

    [Fact]
    public async Task Invalid_config_ends_the_start_with_every_error()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify("""
            {
              "Apps": [
                { "Name": "a", "Ports": [70000], "Targets": [] },
              ],
            }
            """);

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.Contains(proxy.Problems, line => IsAbout(line, "Apps[0].Ports[0]"));
        Assert.Contains(proxy.Problems, line => IsAbout(line, "Apps[0].Targets"));

        bool IsAbout(string line, string path) =>
            line.StartsWith($"{proxy.ConfigPath}:3:", StringComparison.Ordinal) && line.Contains(path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_config_ends_the_start_and_is_named()
    {
        await using var lab = await Lab.CreateAsync();

        var result = await lab.RunAsync([Repository.Binary, "-c", "nowhere.json"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nowhere.json", result.Errors);
        Assert.DoesNotContain("Exception", result.Errors);
    }

    [Fact]
    public async Task Config_json_in_the_working_directory_is_the_default()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        await File.WriteAllTextAsync(Path.Combine(lab.Directory, "config.json"), Config.Single(port, echo[0]));
        var process = lab.Start([Repository.Binary]);
        await process.Output.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal));

        await lab.EchoesAsync(port);
    }
}
