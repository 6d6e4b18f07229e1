using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A transport to prove.</summary>
/// <param name="Name">As in <c>--transport</c>.</param>
/// <param name="Create">Makes one on the given clock.</param>
/// <param name="FollowsClock">Whether its timeouts run on that clock; otherwise the tests use short real ones.</param>
internal sealed record TransportKind(string Name, Func<TimeProvider, ITransport> Create, bool FollowsClock);
