using System.Runtime.InteropServices;
using Proxify.Linux;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

public sealed class UringProbeTests
{
    private const uint Splice = 275;
    private const uint SpliceOnArm = 76;
    private const long Bulk = 8 << 20;
    private const uint IoUringSetup = 425;
    private const uint IoUringEnter = 426;
    private const uint IoUringRegister = 427;

    [Fact]
    public void Kernel_that_allows_all_passes()
    {
        Assert.True(UringTransport.TryProbe(out var reason), reason);
    }

    [Theory]
    [InlineData(IoUringSetup, Errno.Perm, "forbidden here")]
    [InlineData(IoUringSetup, Errno.NoSys, "has no io_uring")]
    [InlineData(IoUringSetup, Errno.Invalid, "too old")]
    [InlineData(IoUringSetup, Errno.NoMemory, "memory")]
    [InlineData(IoUringEnter, Errno.Perm, "forbidden here")]
    [InlineData(IoUringRegister, Errno.Perm, "lacks the operation")]
    public void Kernel_that_refuses_a_call_fails_with_the_reason(uint systemCall, int errno, string expected)
    {
        var (allowed, reason) = OnThread(() =>
        {
            Seccomp.Forbid(systemCall, errno);
            return (UringTransport.TryProbe(out var reason), reason);
        });

        Assert.False(allowed);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Transport_that_finds_io_uring_forbidden_throws_and_leaves_no_thread()
    {
        // Threads inherit the filter of the one that starts them.
        var exception = OnThread(() =>
        {
            Seccomp.Forbid(IoUringSetup, Errno.Perm);
            return Record.Exception(() => new UringTransport(TimeProvider.System));
        });

        Assert.Equal(Errno.Perm, Assert.IsType<IoUringException>(exception).ErrorNumber);
    }

    [Theory]
    [InlineData(Errno.Perm)]
    [InlineData(Errno.NoSys)]
    public async Task Transport_that_finds_splice_refused_says_so_and_copies_bulk(int errno)
    {
        using var threads = new ManualResetEventSlim();
        await using var host = OnThread(() =>
        {
            Seccomp.Forbid(RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? SpliceOnArm : Splice, errno);
            return new UringHost();
        });

        var (client, target) = await host.OpenAsync();
        await Task.WhenAll(client.SendAsync(Bulk), target.ReceiveAsync(Bulk));
        client.Dispose();
        target.Dispose();

        Assert.Contains($"splice(2) is refused here ({Errno.Describe(errno)}", Assert.Single(host.Transport.Limitations), StringComparison.Ordinal);
        Assert.Equal(0, host.Counters.Splices);
    }

    private static T OnThread<T>(Func<T> run)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = run());
        thread.Start();
        thread.Join();
        return result;
    }
}
