using Proxify.Balancing;
using Proxify.Resolution;

namespace Proxify.Model;

/// <summary>What a target is beyond one config: its resolved addresses and its record. Survives reloads under the app's name and the target's address.</summary>
public sealed class TargetState
{
    private uint _round;

    /// <param name="address">As configured: <c>127.0.0.1:7001</c>, <c>db.internal:5432</c>.</param>
    /// <param name="addresses">The endpoints behind it.</param>
    public TargetState(string address, TargetAddresses addresses)
    {
        Address = address;
        Addresses = addresses;
    }

    public string Address { get; }

    public TargetAddresses Addresses { get; }

    /// <summary>Whether the latest dial succeeded; true before the first.</summary>
    public bool Up { get; set; } = true;

    /// <summary>Its live sessions, and whether it may get more.</summary>
    public TargetLoad Load { get; } = new();

    /// <summary>Where to begin among several addresses of one name.</summary>
    public int NextInRound(int count) => count == 1 ? 0 : (int)(Interlocked.Increment(ref _round) % (uint)count);
}
