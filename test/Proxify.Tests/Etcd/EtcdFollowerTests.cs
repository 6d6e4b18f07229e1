using System.Net;
using System.Net.Sockets;
using System.Text;
using Proxify.Program.Etcd;

namespace Proxify.Tests.Etcd;

public sealed class EtcdFollowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A start tries until its time is up; the last try has little of it.</summary>
    [Fact]
    public async Task Reason_that_was_told_is_not_hidden_by_a_later_try_without_an_answer()
    {
        using var member = new TcpListener(IPAddress.Loopback, 0);
        member.Start();
        var answers = AnswerOnceAsync(member);
        var location = EtcdLocation.Parse($"etcd://{member.LocalEndpoint}/proxify");
        var follower = new EtcdFollower(location, new EtcdClient(location), TimeProvider.System);

        var problem = await Assert.ThrowsAsync<EtcdException>(() => follower.ReadAsync(TimeSpan.FromSeconds(5), Cancellation));

        Assert.Contains("etcdserver: no leader", problem.Message);
        member.Stop();
        Assert.True(await answers > 1, "it tries again");
    }

    /// <returns>How many connections there were. The first has an answer, the others have none.</returns>
    private static async Task<int> AnswerOnceAsync(TcpListener listener)
    {
        var connections = new List<TcpClient>();
        try
        {
            while (true)
            {
                connections.Add(await listener.AcceptTcpClientAsync(Cancellation));
                if (connections.Count == 1)
                    await AnswerAsync(connections[0].GetStream());
            }
        }
        catch (SocketException) // stopped
        {
            return connections.Count;
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task AnswerAsync(NetworkStream stream)
    {
        const string Body = """{"error":"etcdserver: no leader","code":14,"message":"etcdserver: no leader"}""";
        _ = await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: Cancellation);
        var head = $"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {Body.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + Body), Cancellation);
    }
}
