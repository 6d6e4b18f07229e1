using System.Diagnostics.CodeAnalysis;
using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>What <see cref="SessionGate"/> says of a connection.</summary>
/// <param name="App">The app that the connection's port belongs to; null for <see cref="TerminationReason.NoRoute"/>.</param>
/// <param name="Refusal">Why it gets no session; null: it is admitted.</param>
/// <param name="Rule">For what is told by name: whose rule it was, or what is wrong, for people.</param>
/// <param name="Limit">For <see cref="TerminationReason.Limit"/>: which limit.</param>
internal readonly record struct GateVerdict(AppModel? App, TerminationReason? Refusal, string? Rule = null, LimitKind Limit = LimitKind.None)
{
    [MemberNotNullWhen(true, nameof(App))]
    public bool IsAdmitted => Refusal is null;
}
