using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport with each of some values.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal abstract class EveryTransportWithAttribute(IEnumerable<string> values) : DataAttribute
{
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
    [
        .. from transport in await new EveryTransportAttribute().GetData(testMethod, disposalTracker)
           from value in values
           select new TheoryDataRow(transport.GetData()[0], value),
    ];

    public override bool SupportsDiscoveryEnumeration() => true;
}
