using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.SteeringBench;

/// <summary>How soon a port that is opened by hand in a running proxy serves.</summary>
static class LiveAddSection
{
    const int Ports = 1_000;

    public static async Task RunAsync(Options options, Workspace workspace)
    {
        await using var target = ProcessHandle.Start("nginx", "-e", "stderr", "-c", workspace.Expand("http-target.conf", ConfigText.Target));
        await using var proxy =
            await ProxyProcess.StartProxifyAsync(options, workspace.Write("config.json", ConfigText.Of(ConfigText.FourPorts)), steering: true);
        Connections.Run(5001, TimeSpan.FromSeconds(0.5));
        using var ports = SteeredPorts.Of(proxy);

        var (update, connect) = (new List<double>(), new List<double>());
        for (var i = 0; i < Ports; i++)
        {
            var port = (ushort)(10_000 + i);
            var endpoint = new IPEndPoint(IPAddress.Loopback, port);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var start = Stopwatch.GetTimestamp();
            ports.Open(port);
            update.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            socket.Connect(endpoint);
            connect.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            ports.Close(port);
        }

        Console.WriteLine();
        Console.WriteLine($"| one port opened by hand, {Ports:N0} times | median, ms | 99 % below, ms |");
        Console.WriteLine("| --- | ---: | ---: |");
        Console.WriteLine($"| the map update | {Statistics.Median(update):0.000} | {Statistics.Percentile(update, 99):0.000} |");
        Console.WriteLine($"| from before the update to a connection established | {Statistics.Median(connect):0.000} | {Statistics.Percentile(connect, 99):0.000} |");
    }
}
