using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests;

/// <summary>Targets whose health is watched, and clients of theirs.</summary>
internal static class HealthLab
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    public static readonly object Quick = new { Interval = "300ms", FastInterval = "100ms", Timeout = "300ms" };

    public static async Task<(int Port, ProxifyProcess Proxy)> StartAsync(Lab lab, object health, int[] targets, string? transport = null,
        bool steered = false, string connect = "5s")
    {
        if (steered && !Tool.IsRoot)
            Tool.Missing("needs root: a network namespace of its own");
        var options = new ProxifyOptions { Arguments = steered ? ["-b"] : [] };
        var port = lab.Port();
        return (port, await lab.StartProxifyAsync(
            Config.Of(new { Connect = connect }, Config.App("app", port, [.. targets.Select(Config.Local)]).With("Health", health)),
            transport is null ? options : options with { Transport = transport }));
    }

    public static async Task FirewallAsync(Lab lab, int port) => (await lab.RunAsync([
        Tool.Require("nft", "nftables"),
        $"add table inet t; add chain inet t in {{ type filter hook input priority 0; }}; add rule inet t in tcp dport {port} drop",
    ])).Succeeded();

    /// <summary>Three, each of which knows its number.</summary>
    public static async Task<(int[] Ports, RunningProcess[] Servers)> StartRedisAsync(Lab lab)
    {
        int[] ports = [lab.Port(), lab.Port(), lab.Port()];
        var servers = new RunningProcess[ports.Length];
        for (var i = 0; i < ports.Length; i++)
            servers[i] = await StartRedisAsync(lab, ports[i], i);
        return (ports, servers);
    }

    public static async Task<RunningProcess> StartRedisAsync(Lab lab, int port, int number)
    {
        var server = lab.Start([Tool.Require("redis-server", "redis-server"), "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        await server.Output.WaitAsync(static line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
        using var client = await lab.ConnectAsync(port);
        await client.Socket.SendAsync(Encoding.ASCII.GetBytes($"SET id {number}\r\n"));
        await client.Socket.ReceiveAsync(new byte[100]);
        return server;
    }

    /// <summary>The number of the redis that serves a session.</summary>
    public static async Task<int> AskAsync(Lab lab, int port) =>
        await TryAskAsync(lab, port, Patience.Limit) ?? throw new InvalidOperationException("no answer");

    public static async Task<int?> TryAskAsync(Lab lab, int port, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        using var client = await lab.ConnectAsync(port);
        try
        {
            await client.Socket.SendAsync("GET id\r\n"u8.ToArray(), patience.Token);
            var answer = new byte[100];
            // $1, a line's end, the number
            return await client.Socket.ReceiveAsync(answer, patience.Token) >= 5
                ? answer[4] - '0'
                : throw new SocketException((int)SocketError.ConnectionReset);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public static async Task EventuallyServedByAsync(Lab lab, int port, int number)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (await TryAskAsync(lab, port, TimeSpan.FromSeconds(2)) != number)
            patience.Token.ThrowIfCancellationRequested();
    }

    public static async Task LoadUntilAsync(Lab lab, int port, Func<bool> isOver)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (!isOver())
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TryAskAsync(lab, port, TimeSpan.FromMilliseconds(500))));
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
