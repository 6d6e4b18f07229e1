using Proxify.Transport.Net;

namespace Proxify.Tests.Transport.Net;

public sealed class AcceptBackoffTests
{
    [Fact]
    public void Pauses_double_up_to_a_second()
    {
        var backoff = default(AcceptBackoff);

        Assert.Equal([50, 100, 200, 400, 800, 1000, 1000], Enumerable.Range(0, 7).Select(_ => backoff.Next().TotalMilliseconds));
    }

    [Fact]
    public void Pauses_begin_anew_after_a_connection()
    {
        var backoff = default(AcceptBackoff);
        for (var i = 0; i < 3; i++)
            backoff.Next();

        backoff.Reset();

        Assert.Equal(TimeSpan.FromMilliseconds(50), backoff.Next());
    }
}
