namespace Proxify.Transport.Uring;

/// <summary>A worker's pipes. A direction holds one only while bytes are in it, so few serve many.</summary>
internal sealed class PipePool(int limit, int pipeSize, BufferBudget budget) : IDisposable
{
    private readonly Stack<SplicePipe> _free = new();

    /// <summary>Pipes that directions hold.</summary>
    public int Rented { get; private set; }

    public bool HasFree => Rented < limit && budget.HasRoom(pipeSize);

    /// <summary>
    /// An empty pipe; null when all are in use or memory is short. A full pipe's worth counts as held: what its pages really take, nobody tells.
    /// </summary>
    public SplicePipe? TryRent()
    {
        if (!_free.TryPop(out var pipe))
        {
            pipe = Rented < limit ? SplicePipe.TryCreate(pipeSize) : null;
            if (pipe is null)
                return null;
        }

        if (!budget.HasRoom(pipe.Capacity) || !budget.TryTake(pipe.Capacity))
        {
            _free.Push(pipe);
            return null;
        }

        Rented++;
        return pipe;
    }

    /// <summary>A pipe that still holds bytes is of no use to anyone else.</summary>
    public void Return(SplicePipe pipe)
    {
        Rented--;
        budget.Give(pipe.Capacity);
        if (pipe.Length == 0)
            _free.Push(pipe);
        else
            pipe.Close();
    }

    public void Dispose()
    {
        while (_free.TryPop(out var pipe))
            pipe.Close();
    }
}
