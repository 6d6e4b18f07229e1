using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once for each transport that gives and each that takes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryHandoverAttribute : DataAttribute
{
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var transports = await new EveryTransportAttribute().GetData(testMethod, disposalTracker);
        return
        [
            .. from giver in transports
               from taker in transports
               select new TheoryDataRow<string, string>((string)giver.GetData()[0]!, (string)taker.GetData()[0]!),
        ];
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
