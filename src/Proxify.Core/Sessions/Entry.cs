using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Runtime;

namespace Proxify.Sessions;

/// <summary>How a session's attempt to enter ended; where it did not succeed there is no group.</summary>
/// <param name="Outcome">Whether the session is in.</param>
/// <param name="Group">The endpoints among which was picked.</param>
/// <param name="Picked">The one at which it has a place, or <see cref="Balancer.None"/>: there was none to pick.</param>
internal readonly record struct Entry(WaitOutcome Outcome, TargetGroup Group, int Picked);
