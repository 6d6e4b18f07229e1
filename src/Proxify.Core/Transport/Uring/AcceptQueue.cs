namespace Proxify.Transport.Uring;

/// <summary>
/// Listeners at which connections wait. In each batch of completions the sessions that are there come first, then a few new ones, the listeners by turns:
/// whoever connects faster than it can be served waits in the kernel's queue, whose bound is known, and not here.
/// </summary>
internal sealed class AcceptQueue
{
    private const int MostPerBatch = 32;
    private const int MostPerTurn = 8;

    private readonly Queue<UringAcceptor> _waiting = new();

    public bool IsEmpty => _waiting.Count == 0;

    public void Add(UringAcceptor acceptor) => _waiting.Enqueue(acceptor);

    public void Take()
    {
        for (var left = MostPerBatch; left > 0 && _waiting.TryDequeue(out var acceptor); left--)
        {
            try
            {
                var most = Math.Min(MostPerTurn, left);
                var taken = acceptor.AcceptSome(most);
                left -= Math.Max(0, taken - 1);
                if (taken == most)
                    _waiting.Enqueue(acceptor);
            }
            catch (Exception e)
            {
                acceptor.OnDefect(e);
            }
        }
    }
}
