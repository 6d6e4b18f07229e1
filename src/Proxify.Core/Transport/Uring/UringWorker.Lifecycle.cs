using System.Runtime.ExceptionServices;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>How a worker begins and ends.</summary>
internal sealed unsafe partial class UringWorker
{
    /// <summary>The mailbox and the alarm, whose operations end with the ring.</summary>
    private const int OwnSlots = 2;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExceptionDispatchInfo? _failure;
    private long _clockStart;

    /// <summary>What is under way has been told to end; whatever begins from now on would not be.</summary>
    public bool IsStopping { get; private set; }

    private bool IsDone => IsStopping && Sessions == 0 && Slots.Count == OwnSlots;

    /// <summary>Returns when the ring stands.</summary>
    /// <exception cref="IoUringException">What the kernel refused, the thread included; nothing is left of it.</exception>
    public void Start()
    {
        using var started = new ManualResetEventSlim();
        try
        {
            _thread.Start(started);
        }
        catch (OutOfMemoryException)
        {
            // So .NET calls pthread_create(3)'s EAGAIN.
            throw new IoUringException("starting a thread", Errno.Again);
        }

        started.Wait();
        _failure?.Throw();
    }

    /// <summary>Stops accepting, aborts what still runs, and ends the thread once every handler has returned and the kernel holds nothing of it.</summary>
    public Task StopAsync()
    {
        Mailbox.Post(static worker => ((UringWorker)worker!).Stop(), this);
        return _ended.Task;
    }

    public long ReadClock() => MillisecondsOf(TimeProvider.GetTimestamp());

    private long MillisecondsOf(long timestamp) => (timestamp - _clockStart) / (TimeProvider.TimestampFrequency / 1000);

    private void Run(object? started)
    {
        var isOpen = TryOpen();
        ((ManualResetEventSlim)started!).Set();
        if (isOpen)
        {
            SynchronizationContext.SetSynchronizationContext(new WorkerSynchronizationContext(this));
            while (!IsDone)
                RunOnce();
            Close();
        }

        _ended.SetResult();
    }

    private bool TryOpen()
    {
        try
        {
            Open();
            return true;
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            // At once: what a ring takes is counted against the user's locked memory, from which smaller ones may be tried next.
            Buffers?.Dispose();
            Ring?.Dispose();
            return false;
        }
    }

    private void Open()
    {
        var error = UringProbe.TryCreateRing(_options.SubmissionEntries, _options.CompletionEntries, out var ring);
        Ring = ring ?? throw new IoUringException("setting up a ring", -error);
        _clockStart = TimeProvider.GetTimestamp();
        var abilities = RingAbilities.Of(ring);
        Abilities = _options.UseNewest ? abilities : new(SetsSocketOptions: false, LimitsReceives: false, abilities.SpliceError);
        Pipes = new PipePool(abilities.SpliceError == 0 ? _options.Pipes : 0, _options.PipeSize, Budget);
        SocketOptions = new RingSocketOptions(ring, Abilities.SetsSocketOptions);
        Buffers = new ReceiveBuffers(Ring, _options.Buffers, _options.BufferSize, Budget);
        Mailbox.Open();
        _alarm = new WorkerAlarm(this);
    }

    private void Stop()
    {
        IsStopping = true;
        foreach (var slot in Slots.All)
        {
            if (slot is UringAcceptor acceptor)
                acceptor.Stop();
            else if (slot is UringSocket { Connection: { } connection })
                connection.Abort();
            else if (slot is UringDial dial)
                dial.Client.Abort(); // one that has no socket of its own
        }
    }

    private void Close()
    {
        _ = Ring.SubmitAndWait(0); // the last closes
        Pipes.Dispose();
        _bulkBuffers?.Dispose();
        SendMemory.Dispose();
        Descriptors.Close();
        _alarm.Close();
        Buffers.Dispose();
        Ring.Dispose();
        Mailbox.Dispose();
    }
}
