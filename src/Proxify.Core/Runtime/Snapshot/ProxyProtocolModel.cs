using Proxify.Admission;

namespace Proxify.Runtime;

/// <summary>Whose PROXY headers are believed.</summary>
/// <param name="From">Allows the balancers, and nobody else.</param>
/// <param name="IsRequired">Everybody is a balancer that sends one, or is refused.</param>
internal sealed record ProxyProtocolModel(SourceRules From, bool IsRequired);
