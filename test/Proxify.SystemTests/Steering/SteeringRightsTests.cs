namespace Proxify.SystemTests.Steering;

/// <summary>What the proxy may do: enough to start, or it says what is missing; and nothing once it runs.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SteeringRightsTests
{
    /// <summary>The sets that give a thread power now or let it regain some; the bounding set alone gives none.</summary>
    private static readonly string[] Sets = ["CapInh", "CapPrm", "CapEff", "CapAmb"];

    [Theory]
    [InlineData("", "CAP_BPF and CAP_NET_ADMIN missing")]
    [InlineData("net_admin", "CAP_BPF missing")]
    [InlineData("bpf", "CAP_NET_ADMIN missing")]
    public async Task Start_without_the_rights_is_refused_and_says_which_are_missing(string has, string missing)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var proxy = lab.Launch(Config.Single(5001, 9001), As(lab, has));

        Assert.Equal(1, await proxy.ExitAsync());

        var error = Assert.Single(proxy.Problems);
        Assert.StartsWith("proxify: steering needs the capabilities CAP_BPF and CAP_NET_ADMIN; " + missing, error, StringComparison.Ordinal);
        Assert.Contains("sudo", error);
        Assert.Empty(proxy.Log.Lines);
        Assert.False(await lab.Bpftool.ShowsLinkAsync());
    }

    [Fact]
    public async Task Ordinary_user_with_CAP_BPF_and_CAP_NET_ADMIN_steers_and_keeps_no_capability()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(7, echo[0]), As(lab, "bpf,net_admin"));

        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
        await proxy.ReloadAsync(Config.Single(8, echo[0]));
        Assert.Equal(Reception.Served, await lab.KnockAsync(8));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(7));

        Assert.All(Threads(proxy), static thread =>
        {
            Assert.Equal(OrdinaryUser.Nobody, thread["Uid"].Split('\t')[0]);
            Assert.All(Sets, set => Assert.Equal("0000000000000000", thread[set]));
            Assert.Equal("1", thread["NoNewPrivs"]);
        });
    }

    [Theory]
    [InlineData(8080, "0000000000000000")]
    // CAP_NET_BIND_SERVICE (10), for the listener.
    [InlineData(443, "0000000000000400")]
    public async Task Root_keeps_no_capability_but_for_a_low_listener_port(int port, string kept)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]), new() { Arguments = ["-p", $"{port}"] });
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));

        Assert.All(Threads(proxy), thread => Assert.All([.. Sets[1..3], "CapBnd"], set => Assert.Equal(kept, thread[set])));
    }

    [Fact]
    public async Task Root_can_read_and_read_again_a_config_that_only_its_owner_can_reach()
    {
        const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        (await RunningProcess.RunAsync(["chown", OrdinaryUser.Nobody, lab.Lab.Directory])).Succeeded();
        File.SetUnixFileMode(lab.Lab.Directory, ForOwner);

        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
        await proxy.ReloadAsync(Config.Single(5002, echo[0]));

        Assert.Equal(Reception.Served, await lab.KnockAsync(5002));
        // CAP_DAC_READ_SEARCH (2), and nothing else.
        Assert.All(Threads(proxy), static thread => Assert.All([.. Sets[1..3], "CapBnd"], set => Assert.Equal("0000000000000004", thread[set])));
    }

    [Fact]
    public async Task Listener_port_in_use_ends_the_start_and_leaves_nothing_attached()
    {
        await using var lab = await SteeringLab.CreateAsync();
        using var taken = lab.Lab.Listen(System.Net.IPAddress.Any, SteeringLab.ListenerPort);
        var proxy = lab.Launch(Config.Single(5001, 9001));

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.Contains($":{SteeringLab.ListenerPort}", Assert.Single(proxy.Problems));
        Assert.False(await lab.Bpftool.ShowsLinkAsync());
    }

    /// <summary>As nobody, with these capabilities and no others, on a copy of the program that nobody may read.</summary>
    private static ProxifyOptions As(SteeringLab lab, string capabilities)
    {
        var set = string.Concat(new[] { "-all" }.Concat(capabilities.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static name => $",+{name}")));
        return OrdinaryUser.In(lab.Lab, OrdinaryUser.Nobody, $"--inh-caps={set}", $"--ambient-caps={set}", "--");
    }

    /// <summary>/proc/PID/task/TID/status of every thread.</summary>
    private static List<Dictionary<string, string>> Threads(ProxifyProcess proxy)
    {
        var threads = Directory.EnumerateDirectories($"/proc/{proxy.Process.Pid}/task")
            .Select(static task => File.ReadLines(Path.Combine(task, "status")).Select(static line => line.Split(':', 2))
            .ToDictionary(static field => field[0], static field => field[1].Trim()))
            .ToList();
        Assert.True(threads.Count > 1, "a .NET process has several threads");
        return threads;
    }
}
