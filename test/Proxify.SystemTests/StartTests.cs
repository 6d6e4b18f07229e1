namespace Proxify.SystemTests;

public sealed class StartTests
{
    [Fact]
    public async Task Ports_in_use_end_the_start_and_are_all_named()
    {
        await using var lab = await Lab.CreateAsync();
        using var first = lab.Listen(System.Net.IPAddress.Any);
        using var second = lab.Listen(System.Net.IPAddress.Any);
        var proxy = lab.LaunchProxify(Config.Of(
            Config.App("free", lab.Port(), "127.0.0.1:1"), Config.App("first", first.Port, "127.0.0.1:1"), Config.App("second", second.Port, "127.0.0.1:1")));

        Assert.Equal(1, await proxy.ExitAsync());

        var errors = proxy.Process.Errors.ToString();
        Assert.Contains($":{first.Port}", errors);
        Assert.Contains($":{second.Port}", errors);
        Assert.Contains("in use", errors);
        Assert.Equal(2, proxy.Process.Errors.Lines.Length);
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

        Assert.Contains(proxy.Process.Errors.Lines, line => line.StartsWith($"{proxy.ConfigPath}:3:", StringComparison.Ordinal) && line.Contains("Apps[0].Ports[0]", StringComparison.Ordinal));
        Assert.Contains(proxy.Process.Errors.Lines, line => line.StartsWith($"{proxy.ConfigPath}:3:", StringComparison.Ordinal) && line.Contains("Apps[0].Targets", StringComparison.Ordinal));
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
