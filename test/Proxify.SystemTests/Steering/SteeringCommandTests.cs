namespace Proxify.SystemTests.Steering;

/// <summary><c>proxify steering</c>: what the kernel steers, read while the proxy runs.</summary>
public sealed class SteeringCommandTests
{
    [Fact]
    public async Task Steering_lists_ports_their_owners_and_apps_and_the_counters()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Of(
            Config.App("five", 0, Config.Local(echo[0])).With("Ports", new object[] { 5001, "5200-5299" }),
            Config.App("six", 6001, Config.Local(echo[0])).With("Sources", new { Deny = new[] { "127.0.0.5" } })));
        await lab.Bpftool.OpenAsync(7);
        for (var i = 0; i < 3; i++)
            Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(6001, from: "127.0.0.5"));

        var lines = (await lab.ShowAsync()).Succeeded().Output.Split('\n');

        Assert.Matches(@"^link \d+  program \d+  listener present$", lines[0]);
        Assert.Matches(@"^lookups: 3 steered, \d+ passed, 1 denied, 0 limited, 0 without socket, 0 assign errors$", lines[1]);
        Assert.Equal(
            [
                "",
                "PORT         BY      APP",
                "7            hand    *",
                "5001         config  five",
                "5200-5299    config  five",
                "6001         config  six",
            ],
            lines[2..]);
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
        Assert.False(proxy.Process.HasExited);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("70000")]
    [InlineData("http")]
    public async Task Listener_port_that_is_none_is_wrong_usage(string port)
    {
        var result = await RunningProcess.RunAsync([Repository.Binary, "-b", "-p", port]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"proxify: -p: \"{port}\" is not a port; expected 1-65535", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Errors);
    }

    [Fact]
    public async Task Add_and_remove_are_what_bpftool_does()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));

        Assert.Equal("", (await RunAsync(lab, "add", "7", "5200-5202")).Succeeded().Output);
        Assert.Equal(new() { [7] = 0, [5001] = 1, [5200] = 0, [5201] = 0, [5202] = 0 }, await lab.Bpftool.DumpPortsAsync());
        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
        (await RunAsync(lab, "add", "7")).Succeeded();
        await proxy.ReloadAsync(Config.Single(5002, echo[0]));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5201));

        (await RunAsync(lab, "remove", "7", "5200-5299")).Succeeded();

        Assert.Equal(new() { [5002] = 1 }, await lab.Bpftool.DumpPortsAsync());
        Assert.Equal(Reception.Refused, await lab.KnockAsync(7));
    }

    [Fact]
    public async Task Add_and_remove_leave_the_configs_ports_alone_and_say_so()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        await lab.StartAsync(Config.Of(Config.App("five", 0, Config.Local(echo[0])).With("Ports", new object[] { "5001-5002" })));

        await ExpectAsync("port 5001 (and 1 more) belongs to the config, app five: it is steered already", "add", "7", "5001-5002");
        await ExpectAsync("port 5001 belongs to the config, app five: take it out of the config to close it", "remove", "5001");
        await ExpectAsync("port 9 is not steered", "remove", "9");
        Assert.Equal(new() { [5001] = 1, [5002] = 1 }, await lab.Bpftool.DumpPortsAsync());

        async Task ExpectAsync(string error, params string[] words)
        {
            var result = await RunAsync(lab, words);
            Assert.Equal((1, $"proxify: {error}"), (result.ExitCode, result.Errors));
        }
    }

    [Theory]
    [InlineData("add", "0")]
    [InlineData("remove", "5-4")]
    [InlineData("add", "70000")]
    public async Task Add_and_remove_of_what_is_no_port_is_wrong_usage(string verb, string port)
    {
        var result = await RunningProcess.RunAsync([Repository.Binary, "steering", verb, port]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"proxify: \"{port}\" is no port and no range of ports; expected 1-65535", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("remove")]
    public async Task Add_and_remove_without_a_steering_proxy_say_so(string verb)
    {
        await using var lab = await SteeringLab.CreateAsync();

        var result = await RunAsync(lab, verb, "7");

        Assert.Equal((1, "proxify: nothing is steered in this network namespace: no proxify runs here with -b"), (result.ExitCode, result.Errors));
    }

    private static Task<ToolResult> RunAsync(SteeringLab lab, params string[] words) => lab.Lab.RunAsync([Repository.Binary, "steering", .. words]);

    [Fact]
    public async Task Steering_without_a_steering_proxy_says_so()
    {
        await using var lab = await SteeringLab.CreateAsync();

        var result = await lab.ShowAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("proxify: nothing is steered in this network namespace", result.Errors);
        Assert.Equal("", result.Output);
    }
}
