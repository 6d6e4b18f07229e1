namespace Proxify.SystemTests.Upgrade;

/// <summary>Listening sockets of a service manager: systemd's own tool, and one that holds them over restarts.</summary>
public sealed class SocketActivationTests
{
    /// <summary>
    /// Listens on a port, and starts a program on it for each line that it reads: it says "down" when the one before has ended. What runs ends with it.
    /// </summary>
    private const string Holder = """
        import os, socket, subprocess, sys
        listener = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)
        os.dup2(listener.fileno(), 3)
        command = ["setpriv", "--pdeathsig", "KILL", "sh", "-c", 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "sh", *sys.argv[2:]]
        for line in sys.stdin:
            program = subprocess.Popen(command, pass_fds=[3])
            sys.stdin.readline()
            program.terminate()
            program.wait()
            print("down", flush=True)
        """;

    [Fact]
    public async Task Sockets_of_systemd_are_used_and_those_that_no_app_has_are_told()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, other, echo) = (lab.Port(), lab.Port(), await lab.StartEchoAsync());
        string[] activate = [Tool.Require("systemd-socket-activate", "systemd"), "-l", $"{port}", "-l", $"127.0.0.1:{other}"];
        var proxy = lab.LaunchProxify(Config.Single(port, echo[0]), new() { Prefix = activate });
        await Patience.Eventually(() => !lab.IsRefused(port)); // a connection, which it waits for

        await proxy.WaitForEventAsync("Started");

        await lab.EchoesAsync(port);
        Assert.Equal($"127.0.0.1:{other}", proxy.Events.Single(static e => e.Event == "GivenSocketsUnused").Text("endpoints"));
    }

    [Fact]
    public async Task Who_connects_during_a_restart_waits_and_is_served()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, echo) = (lab.Port(), await lab.StartEchoAsync());
        var proxy = lab.LaunchProxify(Config.Single(port, echo[0]), new() { Prefix = [Tool.Require("python3", "python3"), "-c", Holder, $"{port}"] });
        await proxy.Process.Input.WriteLineAsync("start");
        await proxy.Process.Input.FlushAsync(TestContext.Current.CancellationToken);
        await proxy.WaitForEventAsync("Started");
        await lab.EchoesAsync(port);
        await proxy.Process.Input.WriteLineAsync("stop");
        await proxy.Process.Input.FlushAsync(TestContext.Current.CancellationToken);
        await proxy.Log.WaitAsync(static line => line == "down");

        using var client = await lab.ConnectAsync(port, incoming: Payload.FromClient);
        await client.SendAsync(1);
        await proxy.Process.Input.WriteLineAsync("start");
        await proxy.Process.Input.FlushAsync(TestContext.Current.CancellationToken);

        await client.ReceiveAsync(1);
    }
}
