namespace Proxify.Transport.Sockets;

/// <summary>The client connections whose handlers have not returned: a list through the connections themselves, which costs a session no memory.</summary>
internal sealed class LiveSessions
{
    private readonly Lock _gate = new();
    private SocketsConnection? _first;
    private TaskCompletionSource? _ended;

    /// <summary>False once they are stopped.</summary>
    public bool TryAdd(SocketsConnection client)
    {
        lock (_gate)
        {
            if (_ended is not null)
                return false;
            client.Next = _first;
            _first?.Previous = client;
            _first = client;
            return true;
        }
    }

    public void Remove(SocketsConnection client)
    {
        lock (_gate)
        {
            if (client.Previous is { } previous)
                previous.Next = client.Next;
            else
                _first = client.Next;
            client.Next?.Previous = client.Previous;
            // A dead connection that an old one still points to would live until the collector looks at all, and so would those that it points to.
            client.Next = client.Previous = null;
            if (_first is null)
                _ended?.TrySetResult();
        }
    }

    /// <summary>Lets no more in, aborts those that are there, and ends when their handlers have returned.</summary>
    public Task StopAsync()
    {
        var clients = new List<SocketsConnection>();
        lock (_gate)
        {
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            for (var client = _first; client is not null; client = client.Next)
                clients.Add(client);
            if (_first is null)
                _ended.TrySetResult();
        }

        clients.ForEach(static client => client.Abort());
        return _ended.Task;
    }
}
