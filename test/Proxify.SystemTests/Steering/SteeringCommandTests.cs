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
    public async Task Steering_without_a_steering_proxy_says_so()
    {
        await using var lab = await SteeringLab.CreateAsync();

        var result = await lab.ShowAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("proxify: nothing is steered in this network namespace", result.Errors);
        Assert.Equal("", result.Output);
    }
}
