using CsCheck;
using Proxify.Balancing;

namespace Proxify.Tests.Balancing;

public sealed class TargetSetTests
{
    private static readonly Gen<int[]> Indices = Gen.Int[0, 300].Array[0, 100];

    [Fact]
    public void Contains_what_was_added_and_not_removed() =>
        Gen.Select(Indices, Indices).Sample((added, removed) =>
        {
            var (set, others) = (default(TargetSet), default(TargetSet));
            foreach (var index in added)
                set.Add(index);
            foreach (var index in removed)
                others.Add(index);
            set.Remove(others);

            var expected = added.Except(removed).ToHashSet();
            Assert.Equal(expected.Count == 0, set.IsEmpty);
            for (var i = 0; i < 400; i++)
                Assert.Equal(expected.Contains(i), set.Contains(i));
        });
}
