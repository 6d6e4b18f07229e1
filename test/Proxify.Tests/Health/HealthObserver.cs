using Proxify.Health;

namespace Proxify.Tests.Health;

/// <summary>Keeps what it is told.</summary>
internal sealed class HealthObserver : IHealthObserver
{
    public List<TargetHealth> Down { get; } = [];

    public void WentDown(TargetHealth target) => Down.Add(target);
}
