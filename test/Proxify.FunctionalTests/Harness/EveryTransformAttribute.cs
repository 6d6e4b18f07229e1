using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport with every transform that a <see cref="Tunnel"/> may have.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryTransformAttribute : DataAttribute
{
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
    [
        .. from transport in await new EveryTransportAttribute().GetData(testMethod, disposalTracker)
           from transform in Tunnel.Transforms
           select new TheoryDataRow(transport.GetData()[0], transform),
    ];

    public override bool SupportsDiscoveryEnumeration() => true;
}
