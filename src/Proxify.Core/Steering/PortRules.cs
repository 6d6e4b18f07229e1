namespace Proxify.Steering;

/// <summary>struct port_rules: what applies to a port.</summary>
/// <param name="Scope">Of the source rules, or <see cref="KernelLayout.NoScope"/>.</param>
/// <param name="Limits">The number of the limits, or <see cref="KernelLayout.NoLimits"/>.</param>
internal readonly record struct PortRules(uint Scope, uint Limits);
