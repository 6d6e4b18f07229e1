using Proxify.Framing;

namespace Proxify.Tests.Framing;

/// <summary>What a codec has found in some bytes.</summary>
/// <param name="Whole">The messages at their front.</param>
/// <param name="Last">What comes behind them is: nothing (complete), the beginning of another, or malformed.</param>
/// <param name="Good">How many bytes there are before one that cannot be.</param>
internal readonly record struct FoundFrames(string[] Whole, FrameStatus Last, int Good)
{
    public (FrameStatus Last, int Good) End => (Last, Good);
}
