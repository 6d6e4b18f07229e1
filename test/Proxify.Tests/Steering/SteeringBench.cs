using System.Net;
using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

/// <summary>The steering program on the test bench: loaded, with a listener, attached to nothing, and asked about made-up SYNs.</summary>
internal sealed class SteeringBench : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };

    public SteeringBench(bool withListener = true)
    {
        Privileged.Require();
        Program = SteeringProgram.Load();
        // Bound to any other address than :: it would not be dual-stack (inet6_bind() in the kernel).
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        _listener.Listen();
        if (withListener)
            UseOwnListener();
    }

    public SteeringProgram Program { get; }

    public void Dispose()
    {
        _listener.Dispose();
        Program.Dispose();
    }

    /// <summary>Steers to a listener that stands alone: of a group with SO_REUSEPORT a made-up SYN cannot choose one (EOPNOTSUPP).</summary>
    public void UseOwnListener() => Program.SetListener(_listener.SafeHandle);

    public void CloseListener() => _listener.Dispose();

    public Outcome Syn(string source, ushort port, ProtocolType protocol = ProtocolType.Tcp) => Syn(IPAddress.Parse(source), port, protocol);

    public Outcome Syn(IPAddress source, ushort port, ProtocolType protocol = ProtocolType.Tcp) => Syn(source, port, protocol, 1, out _);

    public unsafe Outcome Syn(IPAddress source, ushort port, ProtocolType protocol, int repeat, out uint nanoseconds)
    {
        var lookup = new BpfSkLookup
        {
            // Address families as Linux numbers them, not as .NET does.
            Family = source.AddressFamily == AddressFamily.InterNetwork ? 2u : 10,
            Protocol = (uint)protocol,
            LocalPort = port,
        };
        if (source.AddressFamily == AddressFamily.InterNetwork)
            source.TryWriteBytes(new Span<byte>(&lookup.RemoteIPv4, 4), out _);
        else
            source.TryWriteBytes(new Span<byte>(lookup.RemoteIPv6, 16), out _);

        Assert.Equal(0, LibBpf.TestRun(Program.Handles.Program, ref lookup, repeat, out var verdict, out nanoseconds));
        return (verdict, lookup.Cookie) switch
        {
            (BpfSkLookup.Drop, _) => Outcome.Refused,
            (_, 0) => Outcome.Passed,
            _ => Outcome.Steered,
        };
    }
}

internal enum Outcome
{
    Passed,
    Steered,
    Refused,
}
