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
    [InlineData("check", "-p", "8080")]
    [InlineData("-p", "8080", "check")]
    [InlineData("-c", "a.json", "check", "-c", "b.json")]
    [InlineData("-c", "config.json", "echo", "9001")]
    [InlineData("-b", "steering")]
    [InlineData("steering", "--log-level", "debug")]
    [InlineData("help", "no-such-command")]
    [InlineData("[no-such-command]")]
    [InlineData("-c", "-")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_code_2(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("proxify: ", result.Errors);
        Assert.DoesNotContain('\n', result.Errors);
    }

    [Theory]
    [InlineData("-V")]
    [InlineData("version")]
    public async Task Version_is_told_in_every_way_of_asking(string word) =>
        Assert.Equal((await RunAsync("--version")).Output, (await RunAsync(word)).Succeeded().Output);

    [Theory]
    [InlineData("help")]
    [InlineData("help", "check")]
    [InlineData("help", "echo")]
    [InlineData("help", "steering")]
    [InlineData("echo", "-h")]
    public async Task Help_is_told_in_every_way_of_asking(params string[] words)
    {
        string[] option = [.. words.Where(static w => w is not ("help" or "-h")), "--help"];

        Assert.Equal((await RunAsync(option)).Succeeded().Output, (await RunAsync(words)).Succeeded().Output);
    }

    [Theory]
    [InlineData("-c: has no effect on \"echo\"", "-c", "x.json", "echo", "9001")]
    [InlineData("a config file is given with -c: proxify -c new.json", "new.json")]
    [InlineData("a config file is given with -c: proxify check -c new.json", "check", "new.json")]
    [InlineData("unknown command \"chekc\"; expected one of: check, echo", "chekc")]
    [InlineData("-c: standard input can only be checked", "-c", "-")]
    public async Task Wrong_usage_says_what_is_right(string expected, params string[] arguments) =>
        Assert.Contains(expected, (await RunAsync(arguments)).Errors);

    [Fact]
    public async Task Words_that_are_echoed_do_nothing_to_a_terminal()
    {
        foreach (var arguments in (string[][])[["\e[31mred\u009b\u202e\u2028\n"], ["-c", "\e[31mred\u009b\u202e\u2028\n", "check"],
            ["--log-level", "\e[31mred\u009b\u202e\u2028\n"]])
        {
            var errors = (await RunAsync(arguments)).Errors;

            Assert.Contains(@"\u001b[31mred\u009b\u202e\u2028\u000a", errors);
            Assert.DoesNotContain(errors, static c => char.IsControl(c) || c is '\u202e' or '\u2028');
        }
    }

    [Theory]
    [InlineData("-c", "bad.json", "check")]
    [InlineData("check", "-c", "bad.json")]
    [InlineData("-c", "bad.json", "--transport", "sockets", "--workers", "1", "--log-level", "warn", "check")]
    public async Task Check_judges_the_file_that_is_named_before_or_after_it(params string[] arguments)
    {
        await using var lab = await Lab.CreateAsync();
        File.Copy(Path.Combine(Repository.Root, "config.json"), Path.Combine(lab.Directory, "config.json"));
        await File.WriteAllTextAsync(Path.Combine(lab.Directory, "bad.json"), """{"Apps":[]}""");

        var result = await RunningProcess.RunAsync([Repository.Binary, .. arguments], workingDirectory: lab.Directory);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("bad.json:1:9: Apps: is empty", result.Errors);
    }

    [Theory]
    [InlineData("check", "-b", "-c", "bind.json")]
    [InlineData("-b", "-c", "bind.json", "check")]
    public async Task Check_of_a_steered_start_knows_the_rules_of_steering(params string[] arguments)
    {
        await using var lab = await Lab.CreateAsync();
        await File.WriteAllTextAsync(
            Path.Combine(lab.Directory, "bind.json"), """{"Apps":[{"Name":"a","Ports":[7070],"Bind":["127.0.0.1"],"Targets":["127.0.0.1:1"]}]}""");

        var result = await RunningProcess.RunAsync([Repository.Binary, .. arguments, "-p", "7070"], workingDirectory: lab.Directory);

        Assert.Equal(1, result.ExitCode);
        Assert.Collection(
            result.Errors.Split('\n'),
            static line => Assert.StartsWith("bind.json:1:31: Apps[0].Ports[0]: 7070 is the port of the steering listener", line),
            static line => Assert.StartsWith("bind.json:1:44: Apps[0].Bind: Bind has no effect on steering", line));
        (await RunningProcess.RunAsync([Repository.Binary, "check", "-c", "bind.json"], workingDirectory: lab.Directory)).Succeeded();
    }

    [Fact]
    public async Task Check_reads_standard_input()
    {
        var valid = await RunningProcess.RunAsync(["sh", "-c", "cat config.json | \"$0\" check -c -", Repository.Binary], workingDirectory: Repository.Root);
        var bad = await RunningProcess.RunAsync(["sh", "-c", "echo '{\"Apps\":[]}' | \"$0\" -c - check", Repository.Binary]);

        Assert.StartsWith("<stdin>: valid (3 apps", valid.Succeeded().Output);
        Assert.Equal(1, bad.ExitCode);
        Assert.StartsWith("<stdin>:1:9: Apps: is empty", bad.Errors);
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
        Assert.Contains(errors,
            static line => line.StartsWith("config.json:3:", StringComparison.Ordinal) && line.Contains("Apps[0].Ports[1]", StringComparison.Ordinal));
        Assert.Contains(errors,
            static line => line.StartsWith("config.json:4:", StringComparison.Ordinal) && line.Contains("Apps[1].Name", StringComparison.Ordinal));
        Assert.Contains(errors,
            static line => line.StartsWith("config.json:4:", StringComparison.Ordinal) && line.Contains("Apps[1].Ports[0]", StringComparison.Ordinal));
        Assert.Contains(errors, static line => line.Contains("Targtes", StringComparison.Ordinal) && line.Contains("Targets", StringComparison.Ordinal));
        Assert.Contains(errors,
            static line => line.StartsWith("config.json:6:", StringComparison.Ordinal) && line.Contains("Timeouts.Idle", StringComparison.Ordinal));
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
    public async Task A_named_pipe_without_a_writer_keeps_neither_a_start_nor_a_check_waiting()
    {
        await using var lab = await Lab.CreateAsync();
        var pipe = Path.Combine(lab.Directory, "pipe");
        (await lab.RunAsync(["mkfifo", pipe])).Succeeded();

        var start = await lab.RunAsync([Repository.Binary, "-c", pipe]);
        var check = await lab.RunAsync([Repository.Binary, "check", "-c", pipe]);

        Assert.Equal((1, $"{pipe}: is a pipe or a device; expected a file, as it is read again whenever it changes"), (start.ExitCode, start.Errors));
        Assert.Equal((1, $"{pipe}: is a pipe whose writer has not come to an end within 10 s"), (check.ExitCode, check.Errors));
    }

    [Fact]
    public async Task A_check_reads_a_config_that_a_shell_substitutes()
    {
        await using var lab = await Lab.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(lab.Directory, "config.json"), Config.Single(5001, 9001));

        var check = await lab.RunAsync([Tool.Require("bash", "bash"), "-c", $"{Repository.Binary} check -c <(cat config.json)"]);

        Assert.Contains("valid", check.Succeeded().Output);
    }

    [Fact]
    public async Task A_config_from_a_pipe_is_refused_as_it_could_not_be_read_again()
    {
        var result = await RunningProcess.RunAsync(["sh", "-c", "cat config.json | \"$0\" -c /dev/stdin", Repository.Binary],
            workingDirectory: Repository.Root);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("/dev/stdin: is a pipe or a device; expected a file, as it is read again whenever it changes", result.Errors);
    }

    private static Task<ToolResult> RunAsync(params string[] arguments) => RunningProcess.RunAsync([Repository.Binary, .. arguments]);
}
