using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>All source rules and rates that the kernel enforces, for one model. A connection is refused if either the proxy's or the app's refuse it.</summary>
/// <param name="Global">Source rules for every steered port.</param>
/// <param name="Apps">The apps; no port may be in two of them.</param>
/// <param name="Default">
/// The app behind every port that is in no other, such as one that was steered by hand; its own Ports are not read. Null: no app's rules.
/// </param>
/// <param name="Rates">Of all steered ports together.</param>
internal sealed record SteeringRules(SourceRules Global, IReadOnlyList<SteeredApp> Apps, SteeredApp? Default = null, RateLimits Rates = default)
{
    /// <summary>Everybody may connect everywhere, at any rate.</summary>
    public static readonly SteeringRules None = new(SourceRules.None, []);
}
