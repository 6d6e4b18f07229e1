using System.Runtime.InteropServices;

namespace Proxify.Steering;

/// <summary>
/// What became of the listener lookups of TCP in the network namespace since steering started, about one for each SYN (struct counters in
/// bpf/steering.bpf.c). With SYN cookies in use an accepted connection counts twice: its last ACK is looked up as well.
/// </summary>
/// <param name="Steered">Handed to the proxy's listener.</param>
/// <param name="Passed">To a port that is not steered; includes stray segments to closed ports.</param>
/// <param name="Denied">Refused by a source rule.</param>
/// <param name="NoSocket">Refused because the proxy's listener is not in its map: it has closed, or has not been set yet.</param>
/// <param name="AssignErrors">Refused because the listener did not fit, such as IPv6 to an IPv4-only one, or because another program had chosen.</param>
/// <param name="Limited">Refused by a connection rate.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SteeringCounters(ulong Steered, ulong Passed, ulong Denied, ulong NoSocket, ulong AssignErrors, ulong Limited)
{
    public static SteeringCounters operator +(SteeringCounters a, SteeringCounters b) =>
        new(a.Steered + b.Steered, a.Passed + b.Passed, a.Denied + b.Denied, a.NoSocket + b.NoSocket, a.AssignErrors + b.AssignErrors, a.Limited + b.Limited);

    public static SteeringCounters Add(SteeringCounters left, SteeringCounters right) => left + right;
}
