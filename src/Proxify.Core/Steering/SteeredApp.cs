using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>What the kernel has to know of an app.</summary>
/// <param name="Name">Shown by those who look at a running proxy from outside; cut to 63 bytes of UTF-8 there.</param>
/// <param name="Ports">The ports that it serves.</param>
/// <param name="Sources">Who may connect to them.</param>
/// <param name="Rates">How fast.</param>
internal sealed record SteeredApp(string Name, IReadOnlyCollection<ushort> Ports, SourceRules Sources, RateLimits Rates = default);
