namespace Proxify.Transport.Uring;

/// <summary>One run of the handler: owns the client's connection and those that it dialled, and leaves none of them open.</summary>
internal sealed class UringSession(UringWorker worker, IConnectionHandler handler)
{
    private readonly List<UringConnection> _dialled = new(capacity: 1);
    private UringConnection _client = null!;

    public void Own(UringConnection target) => _dialled.Add(target);

    public async Task RunAsync(UringConnection client)
    {
        _client = client;
        worker.Sessions++;
        try
        {
            await handler.HandleAsync(client);
        }
        catch (Exception e)
        {
            Report(e);
        }
        finally
        {
            client.Reset();
            foreach (var target in _dialled)
                target.Reset();
            worker.Sessions--;
        }
    }

    public void Report(Exception exception) => handler.OnHandlerError(_client, exception);
}
