using Microsoft.Extensions.Time.Testing;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

public sealed class SessionTests
{
    [Theory]
    [InlineData(200, 0, 250, 50)] // the target speaks first
    [InlineData(200, 150, 250, 50)] // the client has asked before there was a target
    [InlineData(200, 230, 250, 20)]
    [InlineData(200, 260, 250, 50)] // an answer to a greeting
    [InlineData(200, 230, 0, null)]
    public void First_byte_is_waited_for_since_it_could_come(long connected, long asked, long answered, int? expected)
    {
        var model = TestConfigs.ModelOf(TestConfigs.App("a", [5000], "127.0.0.1:1"));
        var (local, remote) = (TcpEndpoint.FromIPv4(0x7f000001, 5000), TcpEndpoint.FromIPv4(0x7f000001, 40000));
        var session = new Session(new FakeConnection(local, remote) { AnsweredAt = asked * TimeSpan.TicksPerSecond }, model, model.Apps[0], startedAt: 0)
        {
            Target = new FakeConnection(local, remote) { AnsweredAt = answered * TimeSpan.TicksPerSecond },
            ConnectedAt = connected * TimeSpan.TicksPerSecond,
        };

        Assert.Equal(expected, session.FirstByteTime(new FakeTimeProvider())?.TotalSeconds);
    }

    [Fact]
    public void CountBytes_that_is_overtaken_while_it_reads_counts_no_byte_twice()
    {
        var model = TestConfigs.ModelOf(TestConfigs.App("a", [5000], "127.0.0.1:1"));
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 5000), TcpEndpoint.FromIPv4(0x7f000001, 40000)) { Received = 100 };
        var session = new Session(client, model, model.Apps[0], startedAt: 0);
        client.OnCount = () =>
        {
            // Somebody else, at this very moment, and the client goes on.
            client.OnCount = null;
            session.CountBytes();
            client.Received = 150;
        };

        session.CountBytes();
        session.CountBytes();

        Assert.Equal(150, model.Apps[0].State.BytesFromClients.Value);
    }

    [Fact]
    public async Task CountBytes_by_many_at_once_counts_each_byte_once_and_never_back()
    {
        const int Bytes = 300_000;
        var model = TestConfigs.ModelOf(TestConfigs.App("a", [5000], "127.0.0.1:1"));
        var app = model.Apps[0];
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 5000), TcpEndpoint.FromIPv4(0x7f000001, 40000));
        var session = new Session(client, model, app, startedAt: 0);

        // Whoever collects metrics meets the session, and another who collects.
        var collecting = Enumerable.Range(0, 3)
            .Select(_ => Task.Factory.StartNew(Collect, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        for (var i = 1; i <= Bytes; i++)
        {
            client.Received = i;
            session.CountBytes();
        }

        Assert.All(await Task.WhenAll(collecting), Assert.True);
        Assert.Equal(Bytes, app.State.BytesFromClients.Value);

        bool Collect()
        {
            var isRising = true;
            for (long before = 0, now = 0; now < Bytes; before = now)
            {
                session.CountBytes();
                now = app.State.BytesFromClients.Value;
                isRising &= now >= before;
            }

            return isRising;
        }
    }
}
