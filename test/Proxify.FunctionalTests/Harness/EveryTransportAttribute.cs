using System.Reflection;
using Proxify.Transport;
using Xunit.Sdk;
using Xunit.v3;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Runs a theory once on every transport that <see cref="Transports"/> has.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryTransportAttribute : DataAttribute
{
    private static readonly TransportKind[] All =
        [.. Transports.Names.Where(static name => name != Transports.Auto).Select(static name => new TransportKind(name))];

    /// <summary>PROXIFY_TRANSPORT chooses one of them, as it does for the system tests.</summary>
    private static string? Only => Environment.GetEnvironmentVariable("PROXIFY_TRANSPORT");

    public static TransportKind Find(string name) => All.Single(kind => kind.Name == name);

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. All.Where(static kind => Only is null || kind.Name == Only).Select(static kind => new TheoryDataRow<string>(kind.Name))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
