using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests;

/// <summary>The process among others: what it inherits, what it leaves, and how it ends where it is given too little.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ProcessTests
{
    [Fact]
    public async Task Standard_descriptors_that_are_closed_become_nothing_of_ours()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = (await lab.StartEchoAsync())[0];
        var port = lab.Port();

        var proxy = lab.LaunchProxify(Config.Single(port, echo), new() { Prefix = ["sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"] });
        await lab.EventuallyEchoesAsync(port);

        Assert.Equal(["/dev/null", "/dev/null", "/dev/null"],
            Enumerable.Range(0, 3).Select(fd => new FileInfo($"/proc/{proxy.Process.Pid}/fd/{fd}").LinkTarget));
    }

    [Fact]
    public async Task Killed_proxy_leaves_no_socket_in_the_folder_for_temporary_files()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = await lab.StartProxifyAsync(Config.Single(lab.Port(), lab.Port()), InTemporary(lab, out var folder));

        proxy.Signal(Posix.SigKill);
        await proxy.ExitAsync();

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Diagnostic_port_that_is_asked_for_gives_the_metrics(bool steers)
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var owned = lab;
        var options = InTemporary(lab, out var folder, ("DOTNET_EnableDiagnostics", "1"));
        var proxy = await lab.StartProxifyAsync(Config.Single(5001, 9001), steers ? options with { Arguments = ["-b"] } : options);

        using var port = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await port.ConnectAsync(new UnixDomainSocketEndPoint(Assert.Single(Directory.EnumerateFiles(folder)))).Within();
        await port.SendAsync(CollectMetrics()).Within();
        await ReadUntilAsync(port, Encoding.Unicode.GetBytes("proxify.sessions.active")).Within();

        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    // Each user's threads are counted together, so each of these has one of its own.
    [Theory]
    [InlineData("61011", "--nproc=2")]
    [InlineData("61012", "--nproc=6")]
    [InlineData("61013", "--as=200000000")]
    public async Task Start_with_too_few_threads_or_too_little_address_space_ends_with_one_line(string user, string limit)
    {
        await using var lab = await Lab.CreateAsync();
        var asUser = OrdinaryUser.In(lab, user, "--", Tool.Require("prlimit", "util-linux"), limit);

        var proxy = lab.LaunchProxify(Config.Single(lab.Port(), lab.Port()), asUser);

        Assert.Equal(1, await proxy.ExitAsync());
        var line = Assert.Single(proxy.Process.Errors.Lines);
        Assert.StartsWith("proxify: ", line, StringComparison.Ordinal);
        Assert.Contains(limit.StartsWith("--as", StringComparison.Ordinal) ? "ulimit -v" : "ulimit -u", line);
    }

    [Fact]
    public async Task Tight_limits_are_told_at_the_start()
    {
        await using var lab = await Lab.CreateAsync();

        var proxy = await lab.StartProxifyAsync(
            Config.Single(lab.Port(), lab.Port()), new() { Prefix = [Tool.Require("prlimit", "util-linux"), $"--as={3L << 30}"] });

        Assert.Contains("3072 MiB of address space (ulimit -v", (await proxy.WaitForEventAsync("TightLimit")).Message);
    }

    private static ProxifyOptions InTemporary(Lab lab, out string folder, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        folder = Directory.CreateDirectory(Path.Combine(lab.Directory, "tmp")).FullName;
        var variables = new Dictionary<string, string> { ["TMPDIR"] = folder + "/" };
        foreach (var (name, value) in environment)
            variables[name] = value;
        return new() { Environment = variables };
    }

    /// <summary>
    /// CollectTracing of the runtime's diagnostic port (dotnet/diagnostics, documentation/design-docs/ipc-protocol.md) with the provider that dotnet-counters
    /// asks for.
    /// </summary>
    private static byte[] CollectMetrics()
    {
        const byte EventPipe = 2, CollectTracing = 2;
        using var payload = new MemoryStream();
        using var body = new BinaryWriter(payload);
        body.Write(16u); // MiB of buffer
        body.Write(1u); // the format: nettrace
        body.Write(1u); // providers
        body.Write(2ul); // TimeSeriesValues
        body.Write(5u); // verbose
        WriteText(body, "System.Diagnostics.Metrics");
        WriteText(body, "SessionId=test;Metrics=Proxify;RefreshInterval=1;MaxTimeSeries=100;MaxHistograms=10");

        using var message = new MemoryStream();
        using var writer = new BinaryWriter(message);
        writer.Write("DOTNET_IPC_V1\0"u8);
        writer.Write((ushort)(20 + payload.Length));
        writer.Write(EventPipe);
        writer.Write(CollectTracing);
        writer.Write((ushort)0);
        writer.Write(payload.ToArray());
        return message.ToArray();
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write((uint)text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }

    private static async Task ReadUntilAsync(Socket socket, byte[] wanted)
    {
        var seen = new List<byte>();
        var buffer = new byte[16 * 1024];
        while (seen.ToArray().AsSpan().IndexOf(wanted) < 0)
        {
            var count = await socket.ReceiveAsync(buffer);
            Assert.NotEqual(0, count);
            seen.AddRange(buffer[..count]);
        }
    }
}
