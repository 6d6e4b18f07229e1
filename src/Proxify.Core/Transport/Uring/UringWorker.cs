using System.Runtime.CompilerServices;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Uring;

/// <summary>
/// One data-plane thread with everything it owns: a ring, receive buffers, pipes, timers, slots. Nothing here is shared, so nothing is locked; other threads
/// leave their wishes in the <see cref="Mailbox"/>.
/// </summary>
internal sealed unsafe partial class UringWorker
{
    private readonly UringOptions _options;
    private BulkBuffers? _bulkBuffers;
    private bool _isTurnTaken;
    private readonly Thread _thread;
    private readonly Queue<IResumable> _resumable = new();
    private readonly Queue<IResumable> _resumableNext = new();
    private readonly StallSweep _stalls;
    private WorkerAlarm _alarm = null!;
    private UringSlot? _current;
    private uint _taken;

    public UringWorker(int number, UringOptions options, TimeProvider timeProvider, BufferBudget budget)
    {
        _options = options;
        TimeProvider = timeProvider;
        Budget = budget;
        SendMemory = new SendMemory(budget);
        Mailbox = new WorkerMailbox(this);
        Starved = new StarvedReceivers(this);
        _stalls = new StallSweep(this);
        _thread = new Thread(Run) { Name = $"uring-{number}", IsBackground = true };
    }

    public TimeProvider TimeProvider { get; }

    public IoUring Ring { get; private set; } = null!;

    public SlotTable Slots { get; } = new();

    public TimerWheel Timers { get; } = new();

    public RingAbilities Abilities { get; private set; }

    public RingSocketOptions SocketOptions { get; private set; } = null!;

    public ReceiveBuffers Buffers { get; private set; } = null!;

    public StarvedReceivers Starved { get; }

    public AcceptQueue Accepting { get; } = new();

    public DescriptorReserve Descriptors { get; } = new();

    /// <summary>Where splice(2) does not work there are none, and everything goes through receive buffers.</summary>
    public PipePool Pipes { get; private set; } = null!;

    /// <summary>Made when they are first needed.</summary>
    public BulkBuffers BulkBuffers => _bulkBuffers ??= new BulkBuffers();

    /// <summary>All workers'.</summary>
    public BufferBudget Budget { get; }

    /// <summary>
    /// Memory is short: directions receive only what their destination takes at once. Asked once per batch of completions; what one batch brings is in the
    /// budget's reserve.
    /// </summary>
    public bool IsAtCeiling { get; private set; }

    // What sessions need and give back. A worker keeps as many as it ever had at once.
    public Stack<UringSocket> Sockets { get; } = new();

    public Stack<UringDial> Dials { get; } = new();

    public Stack<UringRelay> Relays { get; } = new();

    public Stack<UringChannel> Channels { get; } = new();

    public SendMemory SendMemory { get; }

    public WorkerMailbox Mailbox { get; }

    public WorkerCounters Counters { get; } = new();

    /// <summary>Milliseconds of the worker's clock, taken once per batch of completions.</summary>
    public long Now { get; private set; }

    /// <summary>The same time as the clock's own timestamp.</summary>
    public long Timestamp { get; private set; }

    /// <summary>Connection handlers that have not ended.</summary>
    public int Sessions { get; set; }

    /// <summary>What the worker holds at this moment, as it says itself.</summary>
    public Task<WorkerSnapshot> InspectAsync()
    {
        var snapshot = new TaskCompletionSource<WorkerSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        Mailbox.Post(
            _ => snapshot.SetResult(new()
            {
                Sessions = Sessions,
                Slots = Slots.Count - OwnSlots,
                Timers = Timers.Count,
                LentBuffers = Buffers.Lent,
                Blocks = Buffers.Blocks,
                Pipes = Pipes.Rented,
                Dropped = Ring.Dropped,
            }),
            state: null);
        return snapshot.Task;
    }

    public bool IsCurrent => Environment.CurrentManagedThreadId == _thread.ManagedThreadId;

    /// <summary>A submission whose completions go to <paramref name="slot"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IoUringSqe* Prepare(UringSlot slot, UringOperation operation)
    {
        var sqe = Ring.NextSqe();
        sqe->UserData = slot.Tag | (byte)operation;
        slot.InFlight++;
        return sqe;
    }

    /// <summary>A submission whose outcome nobody needs.</summary>
    public IoUringSqe* PrepareUnwatched()
    {
        var sqe = Ring.NextSqe();
        sqe->Flags = IoUringSqeBits.CqeSkipSuccess;
        return sqe;
    }

    /// <summary>The slot ends: its place is free once nothing of it is under way in the kernel.</summary>
    public void Retire(UringSlot slot)
    {
        slot.IsRetired = true;
        if (slot.InFlight == 0 && slot != _current)
            Release(slot);
    }

    /// <summary>Resumes a flow of control when the current batch of completions is done.</summary>
    public void ResumeSoon(IResumable resumable) => _resumable.Enqueue(resumable);

    /// <summary>As <see cref="ResumeSoon"/>, after one more look at the ring, which is not waited for.</summary>
    public void ResumeAfterLook(IResumable resumable) => _resumableNext.Enqueue(resumable);

    /// <summary>An exception that belongs to no session, such as one out of an async void method: as anywhere in .NET it ends the process.</summary>
    public static void OnOrphanException(Exception exception) =>
        ThreadPool.UnsafeQueueUserWorkItem(static e => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e), exception, preferLocal: false);

    /// <summary>Whether nobody has taken this round's turn for what takes long.</summary>
    public bool TryTakeTurn()
    {
        var isFree = !_isTurnTaken;
        _isTurnTaken = true;
        return isFree;
    }

    private void RunOnce()
    {
        _isTurnTaken = false;
        while (_resumableNext.TryDequeue(out var resumable))
            _resumable.Enqueue(resumable);
        var isIdle = _resumable.Count == 0 && !Mailbox.HasLocal && Accepting.IsEmpty && !Starved.CanFeed;
        if (isIdle)
        {
            _alarm.SetFor(Timers.NextMilliseconds);
            isIdle = !Mailbox.HasLocal; // another clock than the system's may have reached that time already, and rung right there
        }

        var submitted = Ring.SubmitAndWait(isIdle ? 1u : 0u);
        if (submitted is < 0 and not (-Errno.Interrupted or -Errno.Again or -Errno.Busy))
            throw new IoUringException("waiting", -submitted);
        Counters.CountBatch();
        Timestamp = TimeProvider.GetTimestamp();
        Now = MillisecondsOf(Timestamp);
        IsAtCeiling = !Budget.HasRoom(Buffers.Size);
        if (Ring.HasOverflow)
            Counters.CountOverflow();
        TakeCompletions();
        _stalls.Check();
        Timers.Advance(Now);
        ResumeAll();
        Accepting.Take();
        Starved.Feed();
        Buffers.Offer(IsAtCeiling);
    }

    /// <summary>One thing leads to another, often in the same session; but not for ever, as the ring waits.</summary>
    private void ResumeAll()
    {
        const int MaxRounds = 8;
        for (var round = 0; round < MaxRounds && (_resumable.Count > 0 || Mailbox.HasLocal); round++)
        {
            Mailbox.RunLocal();
            for (var count = _resumable.Count; count > 0; count--)
                _resumable.Dequeue().Resume();
        }
    }

    private void TakeCompletions()
    {
        var count = Ring.Completions;
        _taken = 0;
        while (_taken < count)
        {
            try
            {
                while (_taken < count)
                    Dispatch(Ring.Completion(_taken++));
            }
            catch (Exception e)
            {
                if (_current is not { } slot)
                    throw;
                slot.OnDefect(e);
                Settle(slot);
            }
        }

        Ring.Advance(count);
    }

    private void Dispatch(in IoUringCqe completion)
    {
        var userData = completion.UserData;
        var slot = Slots[(int)(userData >> 8) & (SlotTable.MaxSlots - 1)];
        if (slot is null || slot.Generation != (uint)(userData >> 32))
            return; // unwatched, and failed: a close or a cancellation
        _current = slot;
        if ((completion.Flags & IoUringCqeBits.More) == IoUringCqeBits.None)
            slot.InFlight--;
        slot.OnCompleted((UringOperation)(byte)userData, completion.Res, completion.Flags);
        Settle(slot);
    }

    private void Settle(UringSlot slot)
    {
        _current = null;
        if (slot.IsRetired && slot.InFlight == 0)
            Release(slot);
    }

    private void Release(UringSlot slot)
    {
        Slots.Remove(slot);
        slot.OnReleased();
    }
}
