using System.Runtime.InteropServices;

namespace Proxify.SystemTests;

/// <summary>Which transport the program takes. io_uring is forbidden as container engines do it: by a seccomp filter, here bubblewrap's.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class TransportTests
{
    /// <summary>
    /// The kernel that first counts rings against locked memory again (io_create_region); from 5.12 on it had counted registered buffers only.
    /// </summary>
    private static readonly Version CountsRings = new(6, 14);

    private const uint IoUringSetup = 425;
    private const uint Splice = 275;
    private const uint SpliceOnArm = 76;

    [Fact]
    public async Task Auto_is_uring_where_the_kernel_allows_it()
    {
        await using var lab = await Lab.CreateAsync();

        var proxy = await StartAsync(lab, "auto", prefix: []);

        Assert.Equal("uring", (await proxy.WaitForEventAsync("Started")).Text("transport"));
        Assert.DoesNotContain(proxy.Events, static e => e.Event == "TransportFallback");
    }

    [Fact]
    public async Task Auto_without_io_uring_falls_back_to_sockets_with_one_line_and_serves()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = (await lab.StartEchoAsync())[0];
        var port = lab.Port();

        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("a", port, $"127.0.0.1:{echo}")),
            new() { Transport = "auto", Prefix = SeccompFilter.Forbid(lab, IoUringSetup) });

        Assert.Equal("sockets", (await proxy.WaitForEventAsync("Started")).Text("transport"));
        Assert.Contains("io_uring is forbidden here", Assert.Single(proxy.Events, static e => e.Event == "TransportFallback").Message);
        await lab.EchoesAsync(port);
    }

    [Fact]
    public async Task Uring_that_is_asked_for_and_forbidden_ends_the_start_with_the_reason()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(
            Config.Of(Config.App("a", lab.Port(), "127.0.0.1:1")), new() { Transport = "uring", Prefix = SeccompFilter.Forbid(lab, IoUringSetup) });

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.Contains("io_uring is forbidden here", Assert.Single(proxy.Problems));
    }

    [Fact]
    public async Task Splice_that_is_forbidden_costs_one_line_and_no_byte()
    {
        const int Bulk = 8 << 20;
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var splice = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? SpliceOnArm : Splice;
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port), new() { Transport = "uring", Prefix = SeccompFilter.Forbid(lab, splice) });
        Assert.Contains("splice(2) is refused here (EPERM: ", Assert.Single(proxy.Events, static e => e.Event == "TransportLimited").Message);

        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();
        await Task.WhenAll(client.SendAsync(Bulk), target.ReceiveAsync(Bulk), target.SendAsync(Bulk), client.ReceiveAsync(Bulk));
        client.Fin();
        target.Fin();

        Assert.Equal("done", (await proxy.WaitForSessionAsync(client)).Reason);
    }

    // A worker of the usual size takes about 300 KiB.
    [Theory]
    [InlineData(1024, 16, "61001", "of 16 workers (io_uring: ")]
    [InlineData(96, 1, "61002", "1 of 1 workers with smaller rings (io_uring: ")]
    public async Task Locked_memory_that_is_short_costs_workers_or_room_but_not_io_uring(int kilobytes, int workers, string user, string told)
    {
        await using var lab = await Lab.CreateAsync();
        var echo = (await lab.StartEchoAsync())[0];
        var port = lab.Port();
        var asUser = OrdinaryUser.In(lab, user, "--", Tool.Require("prlimit", "util-linux"), $"--memlock={kilobytes * 1024}");

        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo), asUser with { Transport = "auto", Arguments = ["--workers", $"{workers}"] });

        Assert.Equal("uring", (await proxy.WaitForEventAsync("Started")).Text("transport"));
        var limitations = proxy.Events.Where(static e => e.Event == "TransportLimited").ToList();
        if (Environment.OSVersion.Version >= CountsRings)
        {
            Assert.Contains(told, Assert.Single(limitations).Message);
            Assert.Contains($"ulimit -l (LimitMEMLOCK) is {kilobytes} KiB", limitations[0].Message);
        }
        else
        {
            Assert.Empty(limitations);
        }

        await lab.EchoesAsync(port);
    }

    private static Task<ProxifyProcess> StartAsync(Lab lab, string transport, string[] prefix) =>
        lab.StartProxifyAsync(Config.Of(Config.App("a", lab.Port(), "127.0.0.1:1")), new() { Transport = transport, Prefix = prefix });
}
