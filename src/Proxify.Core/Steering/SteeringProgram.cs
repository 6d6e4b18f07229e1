using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>
/// The steering program in the kernel, with its link and maps. It lives exactly as long as this object's descriptors: until <see cref="Dispose"/>
/// or the end of the process, however it ends; then every port reverts at once.
/// Changes come from one caller at a time; reading is safe at any time.
/// </summary>
internal sealed class SteeringProgram : IDisposable
{
    // An attached program that nobody refers to must not be collected: its link's finalizer would stop steering without a word.
    private static readonly ConcurrentDictionary<SteeringProgram, byte> s_attached = new();

    private readonly SteeringHandles _handles;
    private readonly BpfMap<ushort, byte> _ports;
    private readonly BpfMap<uint, ulong> _socket;
    private readonly CountersMap _counters;
    private readonly KernelRules _rules;
    private SafeBpfHandle? _link;

    private SteeringProgram(SteeringHandles handles)
    {
        _handles = handles;
        _ports = new BpfMap<ushort, byte>(handles.Ports, KernelLayout.PortsMap);
        _socket = new BpfMap<uint, ulong>(handles.Socket, KernelLayout.SocketMap);
        _counters = new CountersMap(handles.Counters);
        _rules = new KernelRules(handles);
    }

    /// <summary>Verifies and loads the program and creates its maps, all empty. It sees no packet before <see cref="AttachToOwnNamespace"/>.</summary>
    /// <exception cref="SteeringException">
    /// The kernel, its configuration, libbpf, the capabilities or memory do not allow it; the message says which.
    /// </exception>
    public static SteeringProgram Load()
    {
        SteeringRequirements.Check();
        return new SteeringProgram(SteeringHandles.Load());
    }

    internal SteeringHandles Handles => _handles;

    /// <summary>What another process needs, besides the descriptors, to go on with it.</summary>
    /// <param name="ports">The config's.</param>
    internal SteeringState Describe(IReadOnlyList<ushort> ports) => _rules.Describe() with { Ports = ports };

    /// <summary>The link's descriptor and all others, for another image of this process or another process.</summary>
    internal int[] Export() => _link is null ? throw new InvalidOperationException("not attached") : [_link.Descriptor, .. _handles.Descriptors];

    /// <summary>What <see cref="Export"/> gave; null if these descriptors are something else.</summary>
    /// <param name="descriptors">Owned by the program from here on.</param>
    /// <param name="state">What <see cref="Describe"/> gave. Null (default): it has no rules yet.</param>
    internal static SteeringProgram? Import(IReadOnlyList<int> descriptors, SteeringState? state = null)
    {
        if (SteeringHandles.Import([.. descriptors.Skip(1)]) is not { } handles)
            return null;

        var program = new SteeringProgram(handles) { _link = new SafeBpfHandle(descriptors[0]) };
        s_attached[program] = 0;
        if (state is not null)
            program._rules.Resume(state);
        return program;
    }

    /// <summary>Attaches the program to the network namespace of the calling thread, from where it decides about every listener lookup.</summary>
    /// <exception cref="SteeringException">The kernel refuses.</exception>
    public void AttachToOwnNamespace()
    {
        using var networkNamespace = NetworkNamespace.Open();
        var link = LibBpf.AttachSkLookup(_handles.Program, networkNamespace);
        if (link < 0)
            throw SteeringRequirements.Explain("cannot attach the steering program to the network namespace", link);

        _link = new SafeBpfHandle(link);
        s_attached[this] = 0;
    }

    /// <summary>
    /// Names the socket that takes the connections: a listening TCP socket; to serve both families a dual-stack one on ::, for
    /// bound to any one IPv6 address a socket takes no IPv4. A member of an SO_REUSEPORT group
    /// stands for the group. Call it again whenever that socket has been replaced: the kernel forgets a socket that closes.
    /// </summary>
    /// <exception cref="SteeringException">The socket does not listen, or is no TCP socket.</exception>
    internal void SetListener(SafeHandle listener)
    {
        var held = false;
        listener.DangerousAddRef(ref held);
        try
        {
            var descriptor = (ulong)listener.DangerousGetHandle();
            _socket.Set(0, ref descriptor);
        }
        finally
        {
            listener.DangerousRelease();
        }
    }

    /// <summary>Steers these ports from the next SYN on, as the config's: all or, on failure, none. They should not be steered yet.</summary>
    /// <exception cref="SteeringException">The kernel refuses.</exception>
    internal void AddPorts(ReadOnlySpan<ushort> ports)
    {
        var values = new byte[ports.Length];
        values.AsSpan().Fill(KernelLayout.SteeredByConfig);
        var done = 0;
        try
        {
            _ports.SetAll(ports, values, out done);
        }
        catch (SteeringException)
        {
            _ports.RemoveAll(ports[..done]);
            throw;
        }
    }

    /// <summary>Stops steering these ports for new connections; live ones go on. A port that is not steered is passed over.</summary>
    internal void RemovePorts(ReadOnlySpan<ushort> ports) => _ports.RemoveAll(ports);

    /// <summary>Whether this port is steered now, and by an operator's hand.</summary>
    internal bool IsSteeredByHand(ushort port)
    {
        byte value = 0;
        return _ports.TryGet(port, ref value) && value != KernelLayout.SteeredByConfig;
    }

    /// <summary>Every steered port as the kernel has it now, in order.</summary>
    internal KernelPort[] ReadPorts() => PortsOf(_ports);

    /// <summary>
    /// Puts these source rules and rates in force, all at one instant: no SYN is ever judged by a mixture of old and new. What has not changed is not
    /// loaded again, and its buckets stay as they are. On failure the old rules stay in force. The first rules are to be set before ports are: there is nothing
    /// to keep consistent for then.
    /// </summary>
    /// <exception cref="SteeringException">The kernel has no room or memory for them.</exception>
    internal void SetRules(SteeringRules rules) => _rules.Apply(rules);

    /// <summary>The counters since <see cref="Load"/>, summed over the CPUs.</summary>
    internal SteeringCounters ReadCounters() => _counters.Read();

    /// <summary>Detaches: every port is again what it would be without proxify.</summary>
    public void Dispose()
    {
        // The link first, so that no SYN meets a program whose maps are half gone.
        _link?.Dispose();
        s_attached.TryRemove(this, out _);
        _handles.Dispose();
    }

    internal static KernelPort[] PortsOf(BpfMap<ushort, byte> map)
    {
        var (keys, values) = map.ReadAll(KernelLayout.Ports);
        Array.Sort(keys, values);
        var ports = new KernelPort[keys.Length];
        for (var i = 0; i < ports.Length; i++)
            ports[i] = new KernelPort(keys[i], values[i] != KernelLayout.SteeredByConfig);
        return ports;
    }
}
