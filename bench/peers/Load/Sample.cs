namespace Proxify.Peers.Load;

/// <summary>What a load saw, and what its requests cost whom.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="Most">What 99 % took at most, in milliseconds.</param>
/// <param name="Proxy">Processor time in microseconds for each request; null without a proxy.</param>
/// <param name="Server">The target's.</param>
/// <param name="Client">The load's own.</param>
readonly record struct Sample(double Rate, double? Median, double? Most, double? Proxy, double Server, double Client)
{
    /// <summary>All of them, those of the warming up included.</summary>
    public long Requests { get; init; }
}
