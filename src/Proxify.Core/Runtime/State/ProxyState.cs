using Proxify.Admission;

namespace Proxify.Runtime;

/// <summary>What the proxy is beyond one config: what its limits count. Survives reloads.</summary>
internal sealed class ProxyState
{
    /// <summary>Live sessions, waiting ones included.</summary>
    public SessionSlots Sessions { get; } = new();

    /// <summary>Those of each source, as long as they are limited.</summary>
    public SourceSlots Sources { get; } = new();

    /// <summary>The sources' buckets, of the proxy's rates and of all apps'.</summary>
    public SourceBuckets Buckets { get; } = new();
}
