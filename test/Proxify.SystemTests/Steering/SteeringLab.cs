using System.Net;
using System.Net.Sockets;

namespace Proxify.SystemTests.Steering;

/// <summary>A network of one test's own for the proxy with <c>-b</c>, and what an operator has beside it.</summary>
internal sealed class SteeringLab : IAsyncDisposable
{
    /// <summary>The listener's own port where <c>-p</c> is not given.</summary>
    public const int ListenerPort = 8080;

    private SteeringLab(Lab lab)
    {
        Lab = lab;
        Bpftool = new Bpftool(lab);
    }

    public Lab Lab { get; }

    public Bpftool Bpftool { get; }

    public static async Task<SteeringLab> CreateAsync() => new((await Lab.CreateWithNetnsAsync()).Lab);

    /// <summary>Starts the proxy with <c>-b</c> and waits until it says Started.</summary>
    public Task<ProxifyProcess> StartAsync(string config, ProxifyOptions? options = null) => Lab.StartProxifyAsync(config, Steered(options));

    /// <summary>The same without waiting: for starts that fail.</summary>
    public ProxifyProcess Launch(string config, ProxifyOptions? options = null) => Lab.LaunchProxify(config, Steered(options));

    /// <summary>What a client meets that sends one byte and FIN to an echoing target.</summary>
    /// <param name="port">Where it connects to.</param>
    /// <param name="to">The address that it connects to; 127.0.0.1, or ::1 when <paramref name="from"/> is IPv6.</param>
    /// <param name="from">Its own address; the kernel's choice by default.</param>
    public async Task<Reception> KnockAsync(int port, string? to = null, string? from = null)
    {
        var source = from is null ? null : IPAddress.Parse(from);
        var address = to is not null ? IPAddress.Parse(to) : source?.AddressFamily == AddressFamily.InterNetworkV6
            ? IPAddress.IPv6Loopback
            : IPAddress.Loopback;
        var socket = Lab.Make(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
            using var client = await Peer.ConnectAsync(socket, new IPEndPoint(address, port), incoming: Payload.FromClient);
            await client.SendAsync(1);
            client.Fin();
            var end = await client.ReceiveToEndAsync();
            return end == PeerEnd.Fin && client.Received == 1 ? Reception.Served : Reception.Reset;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return Reception.Refused;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.NotConnected)
        {
            // The RST came before the client had said anything.
            return Reception.Reset;
        }
    }

    /// <summary>Runs <c>proxify steering</c>.</summary>
    public Task<ToolResult> ShowAsync() => Lab.RunAsync([Repository.Binary, "steering"]);

    /// <summary>One of the counters that <c>proxify steering</c> prints.</summary>
    public async Task<int> CounterAsync(string name)
    {
        var line = (await ShowAsync()).Succeeded().Output.Split('\n').Single(static line => line.StartsWith("lookups: ", StringComparison.Ordinal));
        return int.Parse(line["lookups: ".Length..].Split(", ").Single(counter => counter.EndsWith(' ' + name, StringComparison.Ordinal)).Split(' ')[0]);
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private static ProxifyOptions Steered(ProxifyOptions? options)
    {
        options ??= new();
        return options with { Arguments = ["-b", .. options.Arguments] };
    }
}
