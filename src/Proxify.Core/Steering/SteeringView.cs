namespace Proxify.Steering;

/// <summary>A steering program found in the kernel, as it was when it was looked at.</summary>
/// <param name="LinkId">As `bpftool link` numbers it.</param>
/// <param name="ProgramId">As `bpftool prog` numbers it.</param>
/// <param name="PortsMapId">The map of steered ports, as `bpftool map` numbers it.</param>
/// <param name="NamespaceInode">The network namespace it steers, as in /proc/PID/ns/net.</param>
/// <param name="ListenerCookie">
/// The listener's cookie (`ss --extended` prints it in hexadecimal as sk:); null while there is none and every steered port refuses.
/// </param>
/// <param name="Ports">In order.</param>
/// <param name="Counters">Since the program was loaded.</param>
internal sealed record SteeringView(
    uint LinkId,
    uint ProgramId,
    uint PortsMapId,
    uint NamespaceInode,
    ulong? ListenerCookie,
    IReadOnlyList<SteeredPortView> Ports,
    SteeringCounters Counters);

/// <param name="Port">Host byte order.</param>
/// <param name="ByHand">Put there by an operator, not by the proxy from its config.</param>
/// <param name="App">The app whose source rules apply to it, the default app's for a port that no app has; null if there is none.</param>
internal sealed record SteeredPortView(ushort Port, bool ByHand, string? App);
