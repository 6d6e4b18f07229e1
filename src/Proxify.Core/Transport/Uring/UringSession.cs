namespace Proxify.Transport.Uring;

/// <summary>One run of the handler.</summary>
internal sealed class UringSession(UringWorker worker, IConnectionHandler handler)
{
    private UringConnection _client = null!;

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
            client.End();
            worker.Sessions--;
        }
    }

    public void Report(Exception exception) => handler.OnHandlerError(_client, exception);
}
