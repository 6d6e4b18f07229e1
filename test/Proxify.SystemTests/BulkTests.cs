namespace Proxify.SystemTests;

[Collection(nameof(Heavy))]
public sealed class BulkTests
{
    private const long GiB = 1L << 30;

    [Fact]
    public async Task One_GiB_each_way_at_once_arrives_byte_exact()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();

        await Task.WhenAll(SendAsync(client), SendAsync(target), client.ExpectFinAsync(), target.ExpectFinAsync());

        Assert.Equal(GiB, client.Received);
        Assert.Equal(GiB, target.Received);
        var session = await proxy.WaitForSessionAsync(client);
        Assert.Equal("done", session.Reason);
        Assert.Equal(GiB, session.Number("from_client"));
        Assert.Equal(GiB, session.Number("from_target"));
    }

    private static async Task SendAsync(Peer peer)
    {
        await peer.SendAsync(GiB, chunk: 1 << 18);
        peer.Fin();
    }
}
