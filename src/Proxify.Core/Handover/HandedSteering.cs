using Proxify.Steering;

namespace Proxify.Handover;

/// <summary>A steering program on its way from one process to another.</summary>
/// <param name="State">What its owner knows of it.</param>
/// <param name="Program">Its owner until now keeps its own descriptors of it.</param>
internal sealed record HandedSteering(SteeringState State, SteeringProgram Program);
