using Proxify.Peers.Contenders;
using Proxify.Peers.Targets;

namespace Proxify.Peers.Load;

/// <summary>Clients that ask as fast as they get replies.</summary>
interface ILoad
{
    /// <summary>For the table.</summary>
    string Name { get; }

    /// <summary>Warms up, and measures.</summary>
    /// <param name="relay">The way to the target.</param>
    /// <param name="target">Where it ends.</param>
    /// <param name="connections">How many clients.</param>
    /// <param name="depth">How many requests each has in flight.</param>
    /// <param name="seconds">How long, about.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<Sample> MeasureAsync(Relay relay, ITarget target, int connections, int depth, int seconds, CancellationToken cancellation);
}
