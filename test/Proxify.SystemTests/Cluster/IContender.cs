using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>A program that is measured as the proxy.</summary>
internal interface IContender
{
    string Name { get; }

    /// <summary>Starts it on a machine, and waits until it serves.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="service">The address of the front: the app of <see cref="ClusterTests.BoundPort"/> binds to it, whether or not the machine has it.</param>
    Task<IRunningProxy> StartAsync(Machine machine, IPAddress service);
}
