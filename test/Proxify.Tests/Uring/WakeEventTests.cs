using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

public sealed class WakeEventTests
{
    [Fact]
    public void Descriptor_of_a_closed_event_is_nobody_elses_while_somebody_signals()
    {
        var wake = new WakeEvent();
        var fd = wake.Fd;
        var isHeld = false;
        wake.DangerousAddRef(ref isHeld); // as Signal() does first

        wake.Dispose();

        Assert.Equal("anon_inode:[eventfd]", new FileInfo($"/proc/self/fd/{fd}").LinkTarget);
        wake.DangerousRelease();
        Assert.True(wake.IsClosed);
    }

    [Fact]
    public async Task Post_to_a_worker_that_has_ended_reaches_nobody()
    {
        UringWorker worker;
        await using (var host = new UringHost())
            worker = host.Worker;

        worker.Mailbox.Post(static _ => Assert.Fail("it has ended"), state: null);
    }
}
