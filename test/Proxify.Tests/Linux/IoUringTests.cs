using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Tests.Linux;

public sealed unsafe class IoUringTests
{
    [Fact]
    public void Nop_completes_with_its_user_data()
    {
        using var ring = TestRing.Create();

        ring.NextSqe()->UserData = 42;

        Assert.Equal([(42UL, 0, IoUringCqeBits.None)], ring.Take(1));
    }

    [Fact]
    public void Sqe_is_cleared_when_its_place_is_used_again()
    {
        using var ring = TestRing.Create(submissions: 1);
        ring.NextSqe()->Timeout(null); // fails, and leaves every field dirty
        ring.Take(1);

        var sqe = *ring.NextSqe();

        Assert.Equal(default, sqe);
    }

    [Fact]
    public void Full_submission_queue_submits_itself()
    {
        using var ring = TestRing.Create(submissions: 4, completions: 64);

        for (var i = 0u; i < 50; i++)
            ring.NextSqe()->UserData = i;

        Assert.InRange(ring.Unsubmitted, 1u, 4u);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (ulong)i), ring.Take(50).Select(c => c.UserData));
    }

    [Fact]
    public void Full_completion_queue_delays_completions_and_loses_none()
    {
        using var ring = TestRing.Create(submissions: 4, completions: 8);

        for (var i = 0u; i < 100; i++)
            ring.NextSqe()->UserData = i;

        Assert.True(ring.HasOverflow);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (ulong)i), ring.Take(100).Select(c => c.UserData).Order());
        Assert.False(ring.HasOverflow);
        Assert.Equal(0u, ring.Dropped);
    }

    [Fact]
    public void Timeout_fires_at_its_time_and_not_before()
    {
        using var ring = TestRing.Create();
        var start = Stopwatch.GetTimestamp();
        var at = Monotonic(start + (20 * Stopwatch.Frequency / 1000));

        ring.NextSqe()->Timeout(&at);

        Assert.Equal(-Errno.Timer, ring.Take(1).Single().Result);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 20, 10_000);
    }

    [Fact]
    public void Timeout_that_is_moved_fires_at_the_new_time()
    {
        using var ring = TestRing.Create();
        var far = Monotonic(Stopwatch.GetTimestamp() + (1000 * Stopwatch.Frequency));
        var now = Monotonic(Stopwatch.GetTimestamp());
        var sqe = ring.NextSqe();
        sqe->Timeout(&far);
        sqe->UserData = 7;
        ring.Submit();

        ring.NextSqe()->TimeoutUpdateTo(7, &now);

        Assert.Contains((7UL, -Errno.Timer, IoUringCqeBits.None), ring.Take(2));
    }

    [Fact]
    public void Cancel_ends_what_has_that_user_data_only()
    {
        using var ring = TestRing.Create();
        using var listener = Listen();
        foreach (var userData in new[] { 7UL, 8UL })
        {
            var sqe = ring.NextSqe();
            sqe->Poll((int)listener.SafeHandle.DangerousGetHandle(), PollEvents.In);
            sqe->UserData = userData;
        }

        ring.Submit();
        ring.NextSqe()->Cancel(7);

        Assert.Equal([(0UL, 0), (7UL, -Errno.Canceled)], ring.Take(2).Select(c => (c.UserData, c.Result)).Order());
    }

    [Fact]
    public void Successful_completion_that_nobody_wants_does_not_come()
    {
        using var ring = TestRing.Create();
        ring.NextSqe()->Flags = IoUringSqeBits.CqeSkipSuccess;
        ring.NextSqe()->UserData = 2;

        Assert.Equal(2UL, ring.Take(1).Single().UserData);
    }

    [Fact]
    public void Probe_finds_known_operations_and_names_unknown_ones()
    {
        using var ring = TestRing.Create();

        Assert.True(IoUringProbe.Supports(ring, [IoUringOp.Recv, IoUringOp.Send], out _));
        Assert.False(IoUringProbe.Supports(ring, [IoUringOp.Nop, (IoUringOp)250, (IoUringOp)251], out var missing));
        Assert.Equal((IoUringOp)250, missing);
    }

    [Fact]
    public void Creation_that_the_kernel_refuses_gives_its_errno()
    {
        Assert.Equal(-Errno.Invalid, IoUring.TryCreate(8, 16, (IoUringSetup)(1u << 31), out var ring));
        Assert.Null(ring);
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static KernelTimespec Monotonic(long timestamp) =>
        new() { Seconds = timestamp / Stopwatch.Frequency, Nanoseconds = timestamp % Stopwatch.Frequency };
}
