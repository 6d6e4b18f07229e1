using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport with every version of TLS.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryVersionAttribute : DataAttribute
{
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
    [
        .. from transport in await new EveryTransportAttribute().GetData(testMethod, disposalTracker)
           from version in TestTls.Versions
           select new TheoryDataRow(transport.GetData()[0], version),
    ];

    public override bool SupportsDiscoveryEnumeration() => true;
}
