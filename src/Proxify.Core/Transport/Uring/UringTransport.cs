namespace Proxify.Transport.Uring;

/// <summary>The fast transport: workers over io_uring, splice(2) for bulk. Needs Linux 6.1 and leave to use io_uring; see <see cref="TryProbe"/>.</summary>
public sealed class UringTransport : ITransport
{
    private readonly BufferBudget _budget = new();
    private readonly UringWorker[] _workers;
    private volatile bool _isDisposed;

    /// <summary>Starts the workers.</summary>
    /// <param name="timeProvider">Every wait follows this clock.</param>
    /// <param name="options">Sizes; null for the measured defaults.</param>
    /// <exception cref="Proxify.Linux.IoUringException">The kernel refuses what <see cref="TryProbe"/> would have found missing.</exception>
    public UringTransport(TimeProvider timeProvider, UringOptions? options = null)
    {
        options ??= new UringOptions();
        _workers = new UringWorker[options.EffectiveWorkers];
        for (var i = 0; i < _workers.Length; i++)
            _workers[i] = new UringWorker(i, options, timeProvider, _budget);
        var started = 0;
        try
        {
            for (; started < _workers.Length; started++)
                _workers[started].Start();
        }
        catch
        {
            for (var i = 0; i < started; i++)
                _ = _workers[i].StopAsync();
            throw;
        }
    }

    /// <summary>Whether this kernel allows what the transport needs; otherwise <paramref name="reason"/> says in one line what is missing.</summary>
    public static bool TryProbe(out string reason) => UringProbe.Try(out reason);

    public string Name => "uring";

    public int Workers => _workers.Length;

    /// <summary>Counts private blocks and pipes. The shared receive buffers, <see cref="UringOptions.Buffers"/> of each worker, come on top at the most.</summary>
    public long BufferLimit
    {
        get => _budget.Limit;
        set => _budget.Limit = value;
    }

    public long BufferBytes => _budget.Held + _workers.Sum(static worker => worker.Buffers.LentBytes);

    internal IReadOnlyList<UringWorker> AllWorkers => _workers;

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return UringListener.Bind(_workers, endpoint, handler, besideOurs);
    }

    /// <summary>Stops accepting, aborts what still runs, and waits until every handler has returned.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await Task.WhenAll(_workers.Select(static worker => worker.StopAsync()));
    }
}
