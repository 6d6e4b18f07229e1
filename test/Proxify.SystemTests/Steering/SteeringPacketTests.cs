using System.Net;
using System.Net.Sockets;
using Proxify.Admission;
using Proxify.Steering;

namespace Proxify.SystemTests.Steering;

/// <summary>Real connections through the attached program, with the tools that operators use.</summary>
public sealed class SteeringPacketTests
{
    [Fact]
    public void Bpftool_opens_a_port_for_the_next_connection_and_closes_it_again() => SteeredNamespace.Run(steered =>
    {
        var id = $"{steered.PortsMapId}";
        Assert.Equal(1, SteeredNamespace.Tool("nc", "-N", "-4", "127.0.0.1", "7").ExitCode);

        Assert.Equal(0, SteeredNamespace.Tool("bpftool", "map", "update", "id", id, "key", "0x07", "0x00", "value", "0x00").ExitCode);
        Assert.Equal((0, "[::ffff:127.0.0.1]:7"), SteeredNamespace.Tool("nc", "-N", "-4", "127.0.0.1", "7"));
        Assert.Equal((0, "[::1]:7"), SteeredNamespace.Tool("nc", "-N", "-6", "::1", "7"));

        Assert.Equal(0, SteeredNamespace.Tool("bpftool", "map", "delete", "id", id, "key", "0x07", "0x00").ExitCode);
        Assert.Equal(1, SteeredNamespace.Tool("nc", "-N", "-4", "127.0.0.1", "7").ExitCode);
    });

    [Fact]
    public void Bpftool_shows_the_link_the_program_and_readable_maps() => SteeredNamespace.Run(steered =>
    {
        steered.Program.AddPorts([80]);

        Assert.Contains($"netns_ino {SteeringInspector.OwnNamespaceInode}  attach_type sk_lookup", SteeredNamespace.Tool("bpftool", "link").Output,
            StringComparison.Ordinal);
        Assert.Contains("sk_lookup  name proxify_steer", SteeredNamespace.Tool("bpftool", "prog").Output, StringComparison.Ordinal);
        Assert.Matches("""\[\{\s*"key": 80,\s*"value": 1\s*\}\s*\]""", SteeredNamespace.Tool("bpftool", "map", "dump", "id", $"{steered.PortsMapId}").Output);
    });

    [Fact]
    public void One_listener_serves_every_port_and_ss_shows_just_that_one() => SteeredNamespace.Run(steered =>
    {
        steered.Program.AddPorts([.. Enumerable.Range(1, 1000).Select(p => (ushort)p)]);

        Assert.Equal("[::ffff:127.0.0.1]:1000", SteeredNamespace.Ask(IPAddress.Loopback, 1000));
        Assert.Single(SteeredNamespace.Tool("ss", "-Hltn").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    });

    [Fact]
    public void Forced_collections_do_not_stop_steering() => SteeredNamespace.Run(steered =>
    {
        AttachAndForget();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var views = SteeringInspector.Find().Where(v => v.NamespaceInode == SteeringInspector.OwnNamespaceInode).ToList();
        Assert.Equal(2, views.Count);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void AttachAndForget() => SteeringProgram.Load().AttachToOwnNamespace();
    });

    [Fact]
    public void Denied_source_is_refused_while_another_is_served() => SteeredNamespace.Run(steered =>
    {
        steered.Program.AddPorts([80]);
        // On loopback the source of a connection to 127.0.0.2 is 127.0.0.1; a bound client has its own.
        steered.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("web", [80], new SourceRules([], [IPNetwork.Parse("127.0.0.2/32")]))]));

        Assert.Equal(SocketError.ConnectionRefused, ConnectFrom("127.0.0.2"));
        Assert.Equal(SocketError.Success, ConnectFrom("127.0.0.3"));
        Assert.Equal(1ul, steered.Program.ReadCounters().Denied);

        static SocketError ConnectFrom(string source)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
            try
            {
                client.Connect(IPAddress.Loopback, 80);
                return SocketError.Success;
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode;
            }
        }
    });

    [Fact]
    public void Udp_service_on_a_steered_port_still_answers() => SteeredNamespace.Run(steered =>
    {
        steered.Program.AddPorts([53]);
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 53));
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        server.Client.ReceiveTimeout = 5_000;
        client.Send([1, 2, 3], new IPEndPoint(IPAddress.Loopback, 53));

        var from = new IPEndPoint(IPAddress.Any, 0);
        Assert.Equal([1, 2, 3], server.Receive(ref from));
    });

    [Fact]
    public void Live_connection_survives_its_port_being_taken_away() => SteeredNamespace.Run(steered =>
    {
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 8081));
        listener.Listen();
        steered.Program.SetListener(listener.SafeHandle);
        steered.Program.AddPorts([80]);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, 80);
        using var accepted = listener.Accept();

        steered.Program.RemovePorts([80]);

        Assert.Null(SteeredNamespace.Ask(IPAddress.Loopback, 80));
        client.Send([1]);
        var buffer = new byte[1];
        Assert.Equal(1, accepted.Receive(buffer));
    });

    [Fact]
    public void Reuseport_group_shares_the_connections_of_one_map_entry() => SteeredNamespace.Run(steered =>
    {
        using var first = Member();
        using var second = Member();
        steered.Program.SetListener(first.SafeHandle);
        steered.Program.AddPorts([80]);
        var clients = new List<Socket>();

        for (var i = 0; i < 64; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(IPAddress.Loopback, 80);
            clients.Add(client);
        }

        // 64 fair coins all fall on one side once in 10^19 runs.
        Assert.True(first.Poll(0, SelectMode.SelectRead));
        Assert.True(second.Poll(0, SelectMode.SelectRead));
        clients.ForEach(c => c.Dispose());

        static Socket Member()
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            // SOL_SOCKET, SO_REUSEPORT
            socket.SetRawSocketOption(1, 15, [1, 0, 0, 0]);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 8082));
            socket.Listen();
            return socket;
        }
    });
}
