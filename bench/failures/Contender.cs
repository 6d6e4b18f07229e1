namespace Proxify.FailuresBench;

/// <summary>A proxy, in front of one target.</summary>
/// <param name="Name">In the table and on the command line.</param>
/// <param name="Arguments">Of proxify, beside the config; null for HAProxy.</param>
sealed record Contender(string Name, string[]? Arguments)
{
    /// <summary>proxify's own listener with -b.</summary>
    const int SteeredListener = 16_999;

    public static IReadOnlyList<Contender> All { get; } =
    [
        new("proxify", []),
        new("proxify -b", ["-b", "-p", $"{SteeredListener}"]),
        new("proxify sockets", ["--transport", "sockets"]),
        new("proxify sockets -b", ["--transport", "sockets", "-b", "-p", $"{SteeredListener}"]),
        new("HAProxy", null),
    ];

    public async Task<ProcessHandle> StartAsync(int port, int target, string binary, Workspace workspace, CancellationToken cancellation)
    {
        var proxy = Arguments is null
            ? ProcessHandle.Start("haproxy", "-db", "-f", workspace.Write("storm.cfg", $"""
                global
                    maxconn 9900
                defaults
                    mode tcp
                    no log
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen relay
                    bind 127.0.0.1:{port} backlog 4096
                    server target 127.0.0.1:{target}

                """))
            : ProcessHandle.Start(binary, [.. Arguments, "--log-level", "warn", "-c", workspace.Write("config.json", $$"""
                { "Apps": [ { "Name": "bench", "Ports": [{{port}}], "Targets": ["127.0.0.1:{{target}}"] } ], "AccessLog": { "Sample": 0 } }
                """)]);
        await Ports.WaitForListenerAsync(Arguments?.Contains("-b") == true ? SteeredListener : port, proxy, cancellation);
        // With -b the listener is there before its ports are.
        await AwaitServedAsync(port, proxy, cancellation);
        return proxy;
    }

    /// <summary>Waits until a proxy lets clients in.</summary>
    /// <exception cref="BenchException">It has ended before that.</exception>
    public static async Task AwaitServedAsync(int port, ProcessHandle proxy, CancellationToken cancellation)
    {
        while (RawSocket.Connect(port, patience: 1) is var fd)
        {
            if (fd >= 0)
            {
                RawSocket.Close(fd);
                return;
            }

            if (proxy.HasExited)
                throw proxy.Exited();
            await Task.Delay(10, cancellation);
        }
    }
}
