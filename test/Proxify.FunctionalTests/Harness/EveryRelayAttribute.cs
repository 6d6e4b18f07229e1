using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport, with every <see cref="RelayKind"/>: plain, and with TLS on one side or both.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryRelayAttribute : DataAttribute
{
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
    [
        .. from transport in await new EveryTransportAttribute().GetData(testMethod, disposalTracker)
           from kind in RelayKind.On((string)transport.GetData()[0]!)
           select new TheoryDataRow<string>(kind.Name),
    ];

    public override bool SupportsDiscoveryEnumeration() => true;
}
