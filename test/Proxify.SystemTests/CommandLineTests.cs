namespace Proxify.SystemTests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_shows_usage_and_examples()
    {
        var result = (await RunAsync("--help")).Succeeded();

        Assert.Contains("Usage", result.Output);
        Assert.Contains("Examples", result.Output);
        Assert.Contains("--config", result.Output);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Version_is_a_version()
    {
        var result = (await RunAsync("--version")).Succeeded();

        Assert.Matches(@"^\d+\.\d+\.\d+", result.Output);
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("no-such-command")]
    [InlineData("--transport", "carrier-pigeon")]
    [InlineData("--log-format", "xml")]
    [InlineData("--log-level", "loud")]
    [InlineData("-b", "-p", "70000")]
    [InlineData("-p", "8080")]
    [InlineData("-c")]
    [InlineData("-c", "")]
    [InlineData("check", "-c", "")]
    [InlineData("echo")]
    [InlineData("echo", "70000")]
    [InlineData("echo", "seven")]
    [InlineData("check", "--no-such-option")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_code_2(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("proxify: ", result.Errors);
        Assert.DoesNotContain('\n', result.Errors);
    }

    [Fact]
    public async Task Check_of_the_shipped_config_is_valid()
    {
        var result = (await RunAsync("check", "-c", Path.Combine(Repository.Root, "config.json"))).Succeeded();

        Assert.Matches(@"config\.json: valid \(3 apps, 12 ports, \d+ targets\)$", result.Output);
    }

    [Fact]
    public async Task Check_of_a_bad_config_prints_every_error_with_its_place()
    {
        await using var lab = await Lab.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(lab.Directory, "config.json"), """
            {
              "Apps": [
                { "Name": "a", "Ports": [5001, 0], "Targets": ["127.0.0.1:7001"] },
                { "Name": "a", "Ports": [5001], "Targtes": ["127.0.0.1:7001"], "Targets": ["127.0.0.1:7001"] }
              ],
              "Timeouts": { "Idle": "soon" }
            }
            """);

        var result = await RunningProcess.RunAsync([Repository.Binary, "check", "-c", "config.json"], workingDirectory: lab.Directory);

        Assert.Equal(1, result.ExitCode);
        var errors = result.Errors.Split('\n');
        Assert.All(errors, static line => Assert.Matches(@"^config\.json:\d+:\d+: ", line));
        Assert.Contains(errors, static line => line.StartsWith("config.json:3:", StringComparison.Ordinal) && line.Contains("Apps[0].Ports[1]", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.StartsWith("config.json:4:", StringComparison.Ordinal) && line.Contains("Apps[1].Name", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.StartsWith("config.json:4:", StringComparison.Ordinal) && line.Contains("Apps[1].Ports[0]", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.Contains("Targtes", StringComparison.Ordinal) && line.Contains("Targets", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.StartsWith("config.json:6:", StringComparison.Ordinal) && line.Contains("Timeouts.Idle", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_of_a_missing_file_is_exit_code_1()
    {
        var result = await RunAsync("check", "-c", "/nowhere/config.json");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("/nowhere/config.json:", result.Errors);
        Assert.DoesNotContain("Exception", result.Errors);
    }

    [Fact]
    public async Task A_config_from_a_pipe_is_refused_as_it_could_not_be_read_again()
    {
        var result = await RunningProcess.RunAsync(["sh", "-c", "cat config.json | \"$0\" -c /dev/stdin", Repository.Binary], workingDirectory: Repository.Root);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("/dev/stdin: is a pipe; expected a file, as it is read again whenever it changes", result.Errors);
    }

    private static Task<ToolResult> RunAsync(params string[] arguments) => RunningProcess.RunAsync([Repository.Binary, .. arguments]);
}
