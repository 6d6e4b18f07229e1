using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>The fast transport: workers over io_uring, splice(2) for bulk. Needs Linux 6.1 and leave to use io_uring; see <see cref="TryProbe"/>.</summary>
internal sealed class UringTransport : ITransport
{
    /// <summary>How many times smaller rings are tried for: a sixteenth of the usual memory at the end.</summary>
    private const int RingSizes = 3;

    /// <summary>Of a worker's shared buffers this many are in use however low the limit is: enough for those who read.</summary>
    private const int FewestInUse = 16;

    /// <summary>This part of the limit at the most is kept for what lies in shared buffers.</summary>
    private const int ReservedShare = 4;

    private readonly BufferBudget _budget = new();
    private readonly TimeProvider _timeProvider;
    private readonly UringWorker[] _workers;
    private volatile bool _isDisposed;
    private int _adopted;

    /// <summary>
    /// Starts the workers: as many as this machine allows, with smaller rings where it allows none of the usual size; see <see cref="Limitations"/>.
    /// </summary>
    /// <param name="timeProvider">Every wait follows this clock.</param>
    /// <param name="options">Sizes; null for the measured defaults.</param>
    /// <exception cref="IoUringException">The kernel refuses what <see cref="TryProbe"/> would have found missing.</exception>
    public UringTransport(TimeProvider timeProvider, UringOptions? options = null)
    {
        options ??= new UringOptions();
        _timeProvider = timeProvider;
        _workers = [.. StartWorkers(options, out var refusal)];
        for (var tries = 1; _workers.Length == 0 && refusal!.ErrorNumber == Errno.NoMemory && tries < RingSizes; tries++)
        {
            options = options.WithSmallerRings();
            _workers = [.. StartWorkers(options, out _)];
        }

        if (_workers.Length == 0)
            throw refusal!;
        Limitations = [.. Describe(options, refusal)];
    }

    /// <summary>Whether this kernel allows what the transport needs; otherwise <paramref name="reason"/> says in one line what is missing.</summary>
    public static bool TryProbe(out string reason) => UringProbe.Try(out reason);

    public string Name => "uring";

    public int Workers => _workers.Length;

    public IReadOnlyList<string> Limitations { get; }

    /// <summary>
    /// Counts private blocks and pipes. The shared receive buffers, <see cref="UringOptions.Buffers"/> of each worker, come on top at the most.
    /// </summary>
    public long BufferLimit
    {
        get => _budget.Limit;
        set
        {
            var (count, size) = (_workers[0].Buffers.Count, _workers[0].Buffers.Size);
            var inUse = (int)Math.Clamp(value / ReservedShare / _workers.Length / size, Math.Min(FewestInUse, count), count);
            foreach (var worker in _workers)
                worker.Buffers.MostInUse = inUse;
            _budget.Reserve = Math.Min((long)inUse * size * _workers.Length, value / 2);
            _budget.Limit = value;
        }
    }

    public long BufferBytes => _budget.Held + _workers.Sum(static worker => worker.Buffers.LentBytes);

    public IReadOnlyList<UringWorker> AllWorkers => _workers;

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return UringListener.Bind(_workers, endpoint, handler, besideOurs);
    }

    public bool CanHandOver => true;

    public IListener Inherit(TcpEndpoint endpoint, ReadOnlySpan<int> descriptors, IConnectionHandler handler)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return UringListener.Inherit(_workers, endpoint, descriptors, handler);
    }

    public void Adopt(in ConnectionState state, IConnectionHandler handler) =>
        _workers[(uint)Interlocked.Increment(ref _adopted) % _workers.Length].Adopt(state, handler);

    /// <summary>Workers whose handlers have not returned in time end with the process.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await TransportExtensions.WithinLongestEndAsync(Task.WhenAll(_workers.Select(static worker => worker.StopAsync())), _timeProvider);
    }

    private List<UringWorker> StartWorkers(UringOptions options, out IoUringException? refusal)
    {
        refusal = null;
        var workers = new List<UringWorker>();
        try
        {
            while (workers.Count < options.EffectiveWorkers)
            {
                var worker = new UringWorker(workers.Count, options, _timeProvider, _budget);
                worker.Start();
                workers.Add(worker);
            }
        }
        catch (IoUringException e)
        {
            refusal = e;
        }

        return workers;
    }

    private IEnumerable<string> Describe(UringOptions options, IoUringException? refusal)
    {
        if (refusal is not null)
        {
            var rings = options.IsReduced ? " with smaller rings" : "";
            yield return $"it runs {_workers.Length} of {options.EffectiveWorkers} workers{rings} ({UringProbe.Explain(refusal)})";
        }

        if (_workers[0].Abilities.SpliceError is var error and not 0)
            yield return $"it copies bulk traffic, as splice(2) is refused here ({Errno.Describe(error)}; a seccomp profile is one reason)";
    }
}
