using System.Buffers.Binary;

namespace Proxify.SystemTests;

/// <summary>Which transport the program takes. io_uring is forbidden as container engines do it: by a seccomp filter, here bubblewrap's.</summary>
public sealed class TransportTests
{
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

        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("a", port, $"127.0.0.1:{echo}")), new() { Transport = "auto", Prefix = WithoutIoUring(lab) });

        Assert.Equal("sockets", (await proxy.WaitForEventAsync("Started")).Text("transport"));
        Assert.Contains("io_uring is forbidden here", Assert.Single(proxy.Events, static e => e.Event == "TransportFallback").Message);
        await lab.EchoesAsync(port);
    }

    [Fact]
    public async Task Uring_that_is_asked_for_and_forbidden_ends_the_start_with_the_reason()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(Config.Of(Config.App("a", lab.Port(), "127.0.0.1:1")), new() { Transport = "uring", Prefix = WithoutIoUring(lab) });

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.Contains("io_uring is forbidden here", Assert.Single(proxy.Process.Errors.Lines));
    }

    private static Task<ProxifyProcess> StartAsync(Lab lab, string transport, string[] prefix) =>
        lab.StartProxifyAsync(Config.Of(Config.App("a", lab.Port(), "127.0.0.1:1")), new() { Transport = transport, Prefix = prefix });

    private static string[] WithoutIoUring(Lab lab)
    {
        // A classic BPF program over struct seccomp_data (seccomp(2)): io_uring_setup gives EPERM, everything else is allowed.
        (ushort Code, byte IfTrue, byte IfFalse, uint K)[] filter =
        [
            (0x20, 0, 0, 0), // load the system call's number
            (0x15, 0, 1, 425), // is it io_uring_setup?
            (0x06, 0, 0, 0x0005_0001), // SECCOMP_RET_ERRNO, EPERM
            (0x06, 0, 0, 0x7fff_0000), // SECCOMP_RET_ALLOW
        ];
        var bytes = new byte[filter.Length * 8];
        for (var i = 0; i < filter.Length; i++)
        {
            var instruction = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, filter[i].Code);
            (instruction[2], instruction[3]) = (filter[i].IfTrue, filter[i].IfFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], filter[i].K);
        }

        var path = Path.Combine(lab.Directory, "no-io-uring.bpf");
        File.WriteAllBytes(path, bytes);
        return ["sh", "-c", $"exec {Tool.Require("bwrap", "bubblewrap")} --die-with-parent --dev-bind / / --seccomp 3 \"$@\" 3<{path}", "sh"];
    }
}
