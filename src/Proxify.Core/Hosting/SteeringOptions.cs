using Proxify.Steering;

namespace Proxify.Hosting;

/// <summary>One steered listener instead of one for each port.</summary>
/// <param name="Program">Loaded and attached; disposed by the server when it stops accepting.</param>
/// <param name="Port">The listener's own port, 1-65535.</param>
/// <param name="Inherited">Of a program that another process has used until now. Null (default): it is new.</param>
internal sealed record SteeringOptions(SteeringProgram Program, int Port, SteeringState? Inherited = null);
