using Proxify.FuzzTests.Harness;
using Proxify.Prefaces;

namespace Proxify.FuzzTests.Targets;

/// <summary>The first bytes of somebody who may be a balancer, at once and in portions.</summary>
internal abstract class ProxyHeaderTarget : FuzzTarget
{
    public override long AllocationBound(int length) => 0;

    public sealed override void Run(ReadOnlySpan<byte> input)
    {
        var header = ProxyHeaderParser.Parse(input);
        Holds(header.Status == ProxyHeaderStatus.Complete || header == new ProxyHeader(header.Status));
        Check(header, input);

        var inPortions = default(ProxyHeader);
        var portion = 1 + (input.Length * 7 % 61);
        for (var length = portion; inPortions.Status == ProxyHeaderStatus.Incomplete && length < input.Length; length += portion)
            inPortions = ProxyHeaderParser.Parse(input[..length]);
        Holds(inPortions == header || inPortions.Status == ProxyHeaderStatus.Incomplete);

        if (header.Status != ProxyHeaderStatus.Complete)
            return;
        Holds(header.Length > 0 && header.Length <= input.Length && header.Length <= ProxyHeaderParser.MostBytes);
        Holds(ProxyHeaderParser.Parse(input[..header.Length]) == header);
        Holds(ProxyHeaderParser.Parse(input[..(header.Length - 1)]).Status == ProxyHeaderStatus.Incomplete);
    }

    /// <summary>What else has to be true of what was read.</summary>
    protected abstract void Check(in ProxyHeader header, ReadOnlySpan<byte> input);
}
