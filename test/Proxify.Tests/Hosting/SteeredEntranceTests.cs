using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Runtime;
using Proxify.Steering;
using Proxify.Tests.Steering;
using Proxify.Transport.Sockets;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Hosting;

/// <summary>What the kernel steers, and whom it refuses, before, during and after a change.</summary>
public sealed partial class SteeredEntranceTests : IAsyncDisposable
{
    private const string Anybody = "192.0.2.1";

    private readonly SteeringBench _bench = new(withListener: false);
    private readonly SocketsTransport _transport = new(TimeProvider.System);
    private readonly SteeredEntrance _entrance;

    public SteeredEntranceTests()
    {
        using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        probe.Dispose();
        var ports = new SteeredPorts(_bench.Program, port, NullLogger.Instance);
        _entrance = new SteeredEntrance(new SteeringOptions(_bench.Program, port), ports, _transport, new NoHandler(), NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _entrance.CloseAsync();
        await _transport.DisposeAsync();
        _bench.Dispose();
    }

    [Fact]
    public async Task A_change_keeps_the_ports_that_go_until_it_is_committed()
    {
        await ChangeAsync(App("a", [1, 2], "127.0.0.1:9"));

        await PrepareAsync(App("a", [2, 3], "127.0.0.1:9"));
        Assert.Equal([Outcome.Steered, Outcome.Steered, Outcome.Steered], Outcomes(1, 2, 3));

        await _entrance.CommitAsync();
        Assert.Equal([Outcome.Passed, Outcome.Steered, Outcome.Steered], Outcomes(1, 2, 3));
    }

    [Fact]
    public async Task A_change_that_is_rolled_back_leaves_ports_and_rules_as_they_were()
    {
        await ChangeAsync(App("a", [1, 2], "127.0.0.1:9"));

        await PrepareAsync(Refusing(App("a", [2, 3], "127.0.0.1:9")));
        Assert.Equal(Outcome.Refused, _bench.Syn(Anybody, 2));
        await _entrance.RollBackAsync();

        Assert.Equal([Outcome.Steered, Outcome.Steered, Outcome.Passed], Outcomes(1, 2, 3));
    }

    [Fact]
    public async Task A_change_whose_ports_the_kernel_refuses_leaves_ports_and_rules_as_they_were()
    {
        await ChangeAsync(App("a", [1, 2], "127.0.0.1:9"));
        Freeze(_bench.Program);

        await Assert.ThrowsAsync<ProxyStartException>(() => PrepareAsync(Refusing(App("a", [2, 3], "127.0.0.1:9"))));

        Assert.Equal([Outcome.Steered, Outcome.Steered, Outcome.Passed], Outcomes(1, 2, 3));
    }

    [Fact]
    public async Task A_change_whose_rules_the_kernel_has_no_room_for_leaves_ports_and_rules_as_they_were()
    {
        await ChangeAsync(App("a", [1, 2], "127.0.0.1:9"));

        await Assert.ThrowsAsync<ProxyStartException>(() => PrepareAsync(
            [.. Enumerable.Range(1, KernelLayout.MaxApps + 1).Select(i => Refusing(App($"{i}", [i], "127.0.0.1:9")))]));

        Assert.Equal([Outcome.Steered, Outcome.Steered, Outcome.Passed], Outcomes(1, 2, 3));
    }

    [Fact]
    public async Task A_port_that_apps_share_has_no_apps_rules_in_the_kernel_and_their_own_ports_have()
    {
        await ChangeAsync(
            Refusing(App("a", [1, 2], "127.0.0.1:9")) with { ServerNames = ["a.test"] },
            Refusing(App("b", [2, 3], "127.0.0.1:9")),
            App("c", [4], "127.0.0.1:9"));

        Assert.Equal([Outcome.Refused, Outcome.Steered, Outcome.Refused, Outcome.Steered], Outcomes(1, 2, 3, 4));
        Assert.EndsWith("steering 4 ports to", _entrance.Summary[..19], StringComparison.Ordinal);
    }

    private static AppConfig Refusing(AppConfig app) => app with { Sources = new SourcesConfig { Deny = [IPNetwork.Parse("0.0.0.0/0")] } };

    private IEnumerable<Outcome> Outcomes(params ushort[] ports) => ports.Select(port => _bench.Syn(Anybody, port));

    private Task PrepareAsync(params AppConfig[] apps) => _entrance.PrepareAsync(ModelOf(apps), CancellationToken.None).AsTask();

    private async Task ChangeAsync(params AppConfig[] apps)
    {
        await PrepareAsync(apps);
        await _entrance.CommitAsync();
        _bench.UseOwnListener();
    }

    /// <summary>From now on nobody can change which ports are steered (bpf(2), BPF_MAP_FREEZE).</summary>
    private static unsafe void Freeze(SteeringProgram program)
    {
        const int BpfMapFreeze = 22;
        var number = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 321 : 280;
        var attributes = stackalloc byte[128];
        new Span<byte>(attributes, 128).Clear();
        *(uint*)attributes = (uint)program.Handles.Ports.Descriptor;
        Assert.Equal(0, syscall(number, BpfMapFreeze, attributes, 128));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial long syscall(long number, long command, void* attributes, long size);
}
