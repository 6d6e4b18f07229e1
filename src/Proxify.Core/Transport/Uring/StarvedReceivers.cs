namespace Proxify.Transport.Uring;

/// <summary>Those whose receive found no shared buffer (ENOBUFS). Receiving again at once would spin; they go on when buffers have come back.</summary>
internal sealed class StarvedReceivers(UringWorker worker)
{
    private readonly Queue<IReceiver> _waiting = new();

    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>At the ceiling it takes nobody's bytes to let the next ones go on.</summary>
    public bool CanFeed => !IsEmpty && worker.IsAtCeiling && worker.Buffers.FreeSpares > 0;

    public void Add(IReceiver receiver) => _waiting.Enqueue(receiver);

    /// <summary>
    /// Lets as many go on as there are buffers; each may take several, so some of them starve again: they come last then. At the ceiling they wait for their
    /// destinations first.
    /// </summary>
    public void Feed()
    {
        var buffers = worker.Buffers;
        for (var free = worker.IsAtCeiling ? buffers.FreeSpares : buffers.MostInUse - buffers.Lent; free > 0 && _waiting.TryDequeue(out var receiver); free--)
            receiver.OnFed();
    }
}
