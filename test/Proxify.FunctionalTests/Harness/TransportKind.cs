using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A transport to prove.</summary>
/// <param name="Name">As in <c>--transport</c>.</param>
internal sealed record TransportKind(string Name)
{
    /// <summary>Makes one on the given clock.</summary>
    public ITransport Create(TimeProvider clock) => Transports.Create(Name, clock, workers: 0, out _);
}
