using CsCheck;
using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

public sealed class ServiceWeightsTests
{
    [Theory]
    [InlineData(new ushort[] { 1, 2, 256 }, new[] { 1, 2, 256 })]
    [InlineData(new ushort[] { 0, 0 }, new[] { 1, 1 })]
    [InlineData(new ushort[] { 0, 10 }, new[] { 1, 10 })]
    [InlineData(new ushort[] { 1000, 500, 1 }, new[] { 256, 128, 1 })]
    [InlineData(new ushort[] { 65535, 65535, 0 }, new[] { 256, 256, 1 })]
    public void Weights_are_scaled_only_where_they_must_be_and_never_0(ushort[] given, int[] weights) => Assert.Equal(weights, ServiceWeights.Of(given));

    [Fact]
    public void Weights_keep_their_proportions_to_half_a_step() => Gen.UShort.Array[1, 20].Sample(given =>
    {
        var weights = ServiceWeights.Of(given);
        var scale = Math.Max(1, given.Max() / 256.0);
        for (var i = 0; i < given.Length; i++)
        {
            Assert.InRange(weights[i], 1, 256);
            Assert.InRange(weights[i] - Math.Max(1, given[i] / scale), -0.51, 0.51);
        }
    });
}
