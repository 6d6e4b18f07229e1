using System.Net;
using System.Net.Sockets;

namespace Proxify.SystemTests.Harness;

/// <summary>
/// Where one test runs: a network namespace of its own as root, otherwise the machine's own network with ports that nobody uses. Everything started here ends
/// with it.
/// </summary>
internal sealed class Lab : IAsyncDisposable
{
    // Below the range from which the kernel takes ports for outgoing connections (ip_local_port_range).
    private static int _nextPort = 20_000;

    private readonly Netns? _netns;
    private readonly List<IAsyncDisposable> _owned = [];

    private Lab(Netns? netns)
    {
        _netns = netns;
        Directory = System.IO.Directory.CreateTempSubdirectory("proxify-test-").FullName;
    }

    /// <summary>A directory of this test's own.</summary>
    public string Directory { get; }

    public static async Task<Lab> CreateAsync() => new(Tool.IsRoot ? await Netns.CreateAsync() : null);

    /// <summary>For tests that change the network itself.</summary>
    public static async Task<(Lab Lab, Netns Netns)> CreateWithNetnsAsync()
    {
        if (!Tool.IsRoot)
            Tool.Missing("needs root: a network namespace of its own");
        var lab = await CreateAsync();
        return (lab, lab._netns!);
    }

    /// <summary>A port at which nobody listens.</summary>
    public int Port()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _nextPort);
            try
            {
                using var probe = Make(static () => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true });
                probe.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }

    /// <summary>Ends something with the lab, after all that is started later.</summary>
    public void Own(IAsyncDisposable owned) => _owned.Add(owned);

    public T Make<T>(Func<T> make) => _netns is null ? make() : _netns.Make(make);

    /// <summary>A scripted target on a port of the kernel's choice.</summary>
    public PeerListener Listen(IPAddress? address = null, int port = 0, int backlog = 4096)
    {
        address ??= IPAddress.Loopback;
        return PeerListener.Start(Make(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)), new IPEndPoint(address, port), backlog);
    }

    /// <summary>A target whose kernel drops every SYN.</summary>
    public async Task<PeerListener> ListenBlackHoleAsync()
    {
        var listener = Listen(backlog: 0);
        await listener.FillAsync(Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)));
        return listener;
    }

    public Task<Peer> ConnectAsync(int port, IPAddress? address = null, Payload? incoming = null, int? receiveBuffer = null)
    {
        address ??= IPAddress.Loopback;
        var socket = Make(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        return Peer.ConnectAsync(socket, new IPEndPoint(address, port), incoming, receiveBuffer);
    }

    /// <summary>How a connection ends at which the client says nothing. The RST may be there before connect(2) has returned.</summary>
    public async Task<PeerEnd> ConnectToEndAsync(int port, IPAddress? address = null)
    {
        try
        {
            using var client = await ConnectAsync(port, address);
            return await client.ReceiveToEndAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected)
        {
            return PeerEnd.Reset;
        }
    }

    public async Task ExpectRefusedAsync(int port, IPAddress? address = null)
    {
        var error = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(port, address));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    /// <summary>Whether nobody listens there.</summary>
    public bool IsRefused(int port)
    {
        using var socket = Make(static () => new Socket(SocketType.Stream, ProtocolType.Tcp));
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>One session through the proxy to an echoing target: 1,000 bytes, half-close, and FIN back.</summary>
    public async Task EchoesAsync(int port, IPAddress? address = null)
    {
        using var client = await ConnectAsync(port, address, incoming: Payload.FromClient);
        await client.SendAsync(1_000);
        client.Fin();
        await client.ExpectFinAsync();
        Assert.Equal(1_000, client.Received);
    }

    /// <summary>The same, tried until it succeeds: for a proxy that is short of something for a while.</summary>
    public async Task EventuallyEchoesAsync(int port)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await Record.ExceptionAsync(() => EchoesAsync(port)) is { } failure)
        {
            if (patience.IsCancellationRequested)
                throw failure;
            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public Task<ToolResult> RunAsync(IEnumerable<string> command, string input = "") => RunningProcess.RunAsync(Wrap(command), input, Directory);

    /// <summary>Starts a program that runs until the lab ends.</summary>
    public RunningProcess Start(IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = RunningProcess.Start(Wrap(command), Directory, environment);
        _owned.Add(process);
        return process;
    }

    /// <summary>The product's own echo targets; gives their ports.</summary>
    public async Task<int[]> StartEchoAsync(int count = 1)
    {
        var ports = Enumerable.Range(0, count).Select(_ => Port()).ToArray();
        await StartEchoAsync(ports);
        return ports;
    }

    public async Task<RunningProcess> StartEchoAsync(params int[] ports)
    {
        var echo = Start([Repository.Binary, "echo", .. ports.Select(static port => $"{port}")]);
        await echo.Output.WaitAsync(static line => line.Contains("listening", StringComparison.OrdinalIgnoreCase));
        return echo;
    }

    /// <summary>Starts the proxy and waits until it listens.</summary>
    public async Task<ProxifyProcess> StartProxifyAsync(string config, ProxifyOptions? options = null)
    {
        var proxify = LaunchProxify(config, options);
        await proxify.WaitForEventAsync("Started");
        return proxify;
    }

    /// <summary>Starts the proxy without waiting: for starts that fail.</summary>
    public ProxifyProcess LaunchProxify(string config, ProxifyOptions? options = null)
    {
        options ??= new();
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(Directory, $"proxify-{_owned.Count}")).FullName;
        var path = options.ConfigPath ?? Path.Combine(directory, "config.json");
        if (options.ConfigPath is null)
            File.WriteAllText(path, config);
        var process = Start(
            [.. options.Prefix, options.Binary ?? Repository.Binary, "-c", path, "--log-format", options.LogFormat, "--transport", options.Transport,
                .. options.Arguments],
            options.Environment);
        return new ProxifyProcess(process, path);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync();
        _netns?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private IEnumerable<string> Wrap(IEnumerable<string> command) => _netns?.Wrap(command) ?? command;
}
