namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport with every transform that a <see cref="Tunnel"/> may have.</summary>
internal sealed class EveryTransformAttribute() : EveryTransportWithAttribute(Tunnel.Transforms);
