using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

[Collection(nameof(RunsAlone))]
public sealed class SteeringProgramTests
{
    [Fact]
    public void Port_not_steered_passes_and_is_counted()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);

        Assert.Equal(Outcome.Passed, bench.Syn("192.0.2.1", 81));
        Assert.Equal(new SteeringCounters(0, 1, 0, 0, 0, 0), bench.Program.ReadCounters());
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void Port_steered_goes_to_the_listener_for_both_families(string source)
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);

        Assert.Equal(Outcome.Steered, bench.Syn(source, 80));
        Assert.Equal(new SteeringCounters(1, 0, 0, 0, 0, 0), bench.Program.ReadCounters());
    }

    [Fact]
    public void Udp_to_a_steered_port_passes_uncounted()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([53]);

        Assert.Equal(Outcome.Passed, bench.Syn("192.0.2.1", 53, ProtocolType.Udp));
        Assert.Equal(default, bench.Program.ReadCounters());
    }

    [Fact]
    public void Steered_port_without_listener_is_refused()
    {
        using var bench = new SteeringBench(withListener: false);
        bench.Program.AddPorts([80]);

        Assert.Equal(Outcome.Refused, bench.Syn("192.0.2.1", 80));
        Assert.Equal(new SteeringCounters(0, 0, 0, 1, 0, 0), bench.Program.ReadCounters());
    }

    [Fact]
    public void Steered_port_is_refused_once_the_listener_has_closed()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);

        bench.CloseListener();

        Assert.Equal(Outcome.Refused, bench.Syn("192.0.2.1", 80));
    }

    [Fact]
    public void IPv6_to_an_IPv4_listener_is_refused_as_an_assign_error()
    {
        using var bench = new SteeringBench();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen();
        bench.Program.AddPorts([80]);

        bench.Program.SetListener(listener.SafeHandle);

        Assert.Equal(Outcome.Refused, bench.Syn("2001:db8::1", 80));
        Assert.Equal(Outcome.Steered, bench.Syn("192.0.2.1", 80));
        Assert.Equal(new SteeringCounters(1, 0, 0, 0, 1, 0), bench.Program.ReadCounters());
    }

    [Fact]
    public void SetListener_with_a_socket_that_does_not_listen_throws()
    {
        using var bench = new SteeringBench();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Assert.Throws<SteeringException>(() => bench.Program.SetListener(socket.SafeHandle));
    }

    [Fact]
    public void Every_port_can_be_steered_and_read_back()
    {
        using var bench = new SteeringBench();
        ushort[] all = [.. Enumerable.Range(0, 65_536).Select(p => (ushort)p)];

        bench.Program.AddPorts(all);

        Assert.Equal(all.Select(p => new KernelPort(p, ByHand: false)), bench.Program.ReadPorts());
        bench.Program.RemovePorts(all);
        Assert.Empty(bench.Program.ReadPorts());
    }

    [Fact]
    public void RemovePorts_passes_over_ports_that_are_not_steered()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([1, 2, 4]);

        bench.Program.RemovePorts([1, 3, 4, 5]);

        Assert.Equal([new KernelPort(2, ByHand: false)], bench.Program.ReadPorts());
    }

    [Fact]
    public void Maps_and_program_have_the_names_that_operators_know()
    {
        using var bench = new SteeringBench();
        Span<uint> mapIds = stackalloc uint[16];

        Assert.Equal(0, LibBpf.GetInfo(bench.Program.Handles.Program, out var info, mapIds));
        Assert.Equal("proxify_steer", info.Name);
        Assert.Equal(0, LibBpf.GetInfo(bench.Program.Handles.Ports, out BpfMapInfo ports));
        Assert.Equal(("proxy_ports", 2u, 1u, 65_536u), (ports.Name, ports.KeySize, ports.ValueSize, ports.MaxEntries));
        Assert.Equal(0, LibBpf.GetInfo(bench.Program.Handles.Socket, out BpfMapInfo socket));
        Assert.Equal("proxy_sock", socket.Name);
        Assert.Contains(ports.Id, mapIds[..(int)info.MapCount].ToArray());
    }
}
