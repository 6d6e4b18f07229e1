namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport with every version of TLS.</summary>
internal sealed class EveryVersionAttribute() : EveryTransportWithAttribute(TestTls.Versions);
