namespace Proxify.SystemTests.Steering;

/// <summary>Ports on which another process listens: steering goes before it, and says so.</summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task Start_warns_of_a_port_that_another_process_has_and_names_the_process()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var owner = await StartOwnerAsync(lab, 22);

        var proxy = await lab.StartAsync(Config.Of(Config.App("free", 5001, Config.Local(echo[0])), Config.App("ssh", 22, Config.Local(echo[0]))));

        var warning = Assert.Single(proxy.Events, static e => e.Event == "Takeover");
        Assert.Equal("warn", warning.Level);
        Assert.Equal($"0.0.0.0:22 by nc ({owner.Pid})", warning.Text("owner"));
        Assert.Contains("AllowTakeover", warning.Message);
        Assert.Equal(Reception.Served, await lab.KnockAsync(22));
        Assert.Equal("ssh", (await proxy.WaitForEventAsync("Session")).App);
    }

    [Fact]
    public async Task AllowTakeover_silences_the_warning_for_its_app_alone()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        await StartOwnerAsync(lab, 22);
        await StartOwnerAsync(lab, 25);

        var proxy = await lab.StartAsync(Config.Of(
            Config.App("ssh", 22, Config.Local(echo[0])).With("AllowTakeover", true), Config.App("smtp", 25, Config.Local(echo[0]))));

        Assert.Equal("25", Assert.Single(proxy.Events, static e => e.Event == "Takeover").Text("port"));
    }

    [Fact]
    public async Task Reload_warns_of_the_ports_that_it_adds()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        await StartOwnerAsync(lab, 22);
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));
        Assert.DoesNotContain(proxy.Events, static e => e.Event == "Takeover");

        await proxy.ReloadAsync(Config.Single(22, echo[0]));
        await proxy.WaitForEventAsync("Takeover");

        // By now it has no right any more to look into other users' processes: the socket is what it can name for certain.
        Assert.StartsWith("0.0.0.0:22", Assert.Single(proxy.Events, static e => e.Event == "Takeover").Text("owner"), StringComparison.Ordinal);
        Assert.Equal(Reception.Served, await lab.KnockAsync(22));
    }

    [Fact]
    public async Task Name_of_a_process_does_nothing_to_the_terminal_that_shows_the_warning()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var program = Path.Combine(lab.Lab.Directory, "\e[31mred\u009b\n");
        File.Copy(Tool.Require("nc", "netcat-openbsd"), program);
        await StartOwnerAsync(lab, 22, program);

        var proxy = lab.Launch(Config.Single(22, 5001), new() { LogFormat = "text" });

        var warning = await proxy.Log.WaitAsync(static line => line.Contains("Steering takes port 22", StringComparison.Ordinal));
        Assert.Contains(@" by \u001b[31mred\u009b", warning);
        Assert.DoesNotContain(warning, static c => char.IsControl(c));
    }

    /// <summary>nc(1), listening on a port as another service would.</summary>
    private static async Task<RunningProcess> StartOwnerAsync(SteeringLab lab, int port, string? program = null)
    {
        var owner = lab.Lab.Start([program ?? Tool.Require("nc", "netcat-openbsd"), "-v", "-n", "-l", "-k", "0.0.0.0", $"{port}"]);
        await owner.Errors.WaitAsync(static line => line.StartsWith("Listening", StringComparison.Ordinal));
        return owner;
    }
}
