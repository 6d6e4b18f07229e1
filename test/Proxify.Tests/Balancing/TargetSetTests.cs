using CsCheck;
using Proxify.Balancing;

namespace Proxify.Tests.Balancing;

public sealed class TargetSetTests
{
    [Fact]
    public void Contains_what_was_added() =>
        Gen.Int[0, 300].Array[0, 100].Sample(added =>
        {
            var set = default(TargetSet);
            foreach (var index in added)
                set.Add(index);

            Assert.Equal(added.Length == 0, set.IsEmpty);
            for (var i = 0; i < 400; i++)
                Assert.Equal(added.Contains(i), set.Contains(i));
        });
}
