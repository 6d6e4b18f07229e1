namespace Proxify.Transport.Uring;

/// <summary>Directions whose receive found no shared buffer (ENOBUFS). Receiving again at once would spin; they go on when buffers have come back.</summary>
internal sealed class StarvedDirections(UringWorker worker)
{
    private readonly Queue<RelayDirection> _waiting = new();

    public bool IsEmpty => _waiting.Count == 0;

    public void Add(RelayDirection direction) => _waiting.Enqueue(direction);

    /// <summary>Lets as many go on as there are buffers; each may take several, so some of them starve again: they come last then.</summary>
    public void Feed()
    {
        for (var free = worker.Buffers.MostInUse - worker.Buffers.Lent; free > 0 && _waiting.TryDequeue(out var direction); free--)
            direction.OnFed();
    }
}
