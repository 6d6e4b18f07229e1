using System.Collections.Immutable;

namespace Proxify.Transport;

/// <summary>
/// Where dials come from, other than the kernel's choice: the client's own address, or given addresses by turns. Equal to one that says the same.
/// </summary>
internal sealed class DialSource : IEquatable<DialSource>
{
    private readonly ImmutableArray<AddressRange> _all;
    private readonly ImmutableArray<AddressRange> _ipv4;
    private readonly ImmutableArray<AddressRange> _ipv6;
    private uint _turn;

    /// <param name="ranges">At least one; of both families, of which each dial takes its target's.</param>
    public DialSource(ImmutableArray<AddressRange> ranges)
    {
        _all = ranges;
        _ipv4 = ranges.RemoveAll(static range => !range.IsIPv4);
        _ipv6 = ranges.RemoveAll(static range => range.IsIPv4);
    }

    /// <summary>
    /// The client's address, and its port. Where that is taken the address alone: the client may use a port again sooner than we have done with it, or use it
    /// for two of our ports at once.
    /// </summary>
    public static DialSource Client { get; } = new([]);

    public bool IsClient => _all.IsEmpty;

    /// <summary>The given addresses; none for <see cref="Client"/>.</summary>
    public ImmutableArray<AddressRange> Ranges => _all;

    /// <summary>Where to dial a target from; null: there is no address of its family.</summary>
    public LocalEnd? For(TcpEndpoint client, TcpEndpoint target)
    {
        if (IsClient)
            return client.IsIPv4 == target.IsIPv4 && !client.IsAny ? new LocalEnd(client, IsForeign: true) : null;
        return Next(target);
    }

    /// <summary>As <see cref="For"/>, where there is no client.</summary>
    public LocalEnd? Next(TcpEndpoint target)
    {
        var ranges = target.IsIPv4 ? _ipv4 : _ipv6;
        if (ranges.IsEmpty)
            return null;
        var turn = Interlocked.Increment(ref _turn);
        var range = ranges[(int)(turn % (uint)ranges.Length)];
        return new LocalEnd(new TcpEndpoint(range.At(turn / (uint)ranges.Length), 0));
    }

    /// <summary>Another one that may be free; null: there is none.</summary>
    public LocalEnd? InsteadOf(LocalEnd taken, TcpEndpoint target)
    {
        if (IsClient)
            return taken.Endpoint.Port != 0 ? taken with { Endpoint = taken.Endpoint with { Port = 0 } } : null;
        // Others take their turns meanwhile: the next one may be the same again, and the one after it then is not.
        var next = Next(target);
        next = next == taken ? Next(target) : next;
        return next == taken ? null : next;
    }

    public bool Equals(DialSource? other) => other is not null && _all.SequenceEqual(other._all);

    public override bool Equals(object? obj) => Equals(obj as DialSource);

    public override int GetHashCode() => _all.Aggregate(0, HashCode.Combine);

    /// <summary><c>client</c>; <c>10.0.0.16/28, 2001:db8::7</c>.</summary>
    public override string ToString() => IsClient ? "client" : string.Join(", ", _all);
}
