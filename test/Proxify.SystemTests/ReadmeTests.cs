using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Proxify.SystemTests;

/// <summary>What the README promises, typed as it says.</summary>
public sealed class ReadmeTests
{
    private const string Line = "hello there general kenobi\n";

    [Fact]
    public async Task Shipped_config_answers_the_readmes_line_on_every_port()
    {
        var nc = Tool.Require("nc", "netcat-openbsd");
        var shipped = Path.Combine(Repository.Root, "config.json");
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        await lab.StartEchoAsync(9001, 9002, 9003);
        await lab.StartProxifyAsync("", new() { ConfigPath = shipped });

        var ports = Ports(shipped);
        Assert.Equal(12, ports.Length);
        // Three rounds: round robin brings every port to every target of its app, the bad one included.
        foreach (var port in ports.Concat(ports).Concat(ports))
            Assert.Equal(Line, await NetcatAsync(lab, nc, port));
    }

    [Fact]
    public async Task Make_runs_script_ends_with_the_terminals_interrupt()
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        // With job control the script gets a process group of its own, which is whom a terminal sends SIGINT to.
        var run = lab.Start(["bash", "-c", $"set -m; cd '{Repository.Root}'; scripts/run & read; kill -INT -- -$!; wait $!"]);
        await run.Output.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal));
        await run.Input.WriteLineAsync();

        Assert.Equal(0, await run.ExitAsync());
    }

    [Fact]
    public async Task Target_that_answers_only_after_eof_answers()
    {
        var nc = Tool.Require("nc", "netcat-openbsd");
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));

        var netcat = lab.RunAsync([nc, "-N", "127.0.0.1", $"{port}"], "a\nb\n");
        using var target = await targets.AcceptAsync();
        Assert.Equal("a\nb\n", await ReadToEofAsync(target.Socket));
        await target.Socket.SendAsync("b\na\n"u8.ToArray());
        target.Fin();

        Assert.Equal("b\na", (await netcat).Succeeded().Output);
        Assert.Equal("done", (await proxy.WaitForEventAsync("Session")).Reason);
    }

    private static async Task<string> NetcatAsync(Lab lab, string nc, int port) =>
        (await lab.RunAsync([nc, "-N", "-4", "localhost", $"{port}"], Line)).Succeeded().Output + '\n';

    private static int[] Ports(string config)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(config), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return [.. document.RootElement.GetProperty("Apps").EnumerateArray().SelectMany(static app => app.GetProperty("Ports").EnumerateArray())
            .Select(static port => port.GetInt32())];
    }

    private static async Task<string> ReadToEofAsync(Socket socket)
    {
        using var received = new MemoryStream();
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(received).Within();
        return Encoding.UTF8.GetString(received.ToArray());
    }
}
