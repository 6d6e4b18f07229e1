using System.Text;
using Proxify.Program.Logging;

namespace Proxify.Tests.Logging;

public sealed class LineQueueTests
{
    private const int More = 1_000;

    [Fact]
    public void Dispose_writes_what_is_queued_in_order()
    {
        using var stream = new Reader();
        using (var queue = new LineQueue(stream, dropped => $"{dropped} dropped\n", TimeSpan.FromSeconds(60)))
        {
            for (var i = 0; i < 5_000; i++)
                queue.Add($"{i}\n");
        }

        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"{i}"), stream.Lines);
    }

    [Fact]
    public void Lines_that_nobody_reads_are_dropped_and_counted_once_they_are_read_again()
    {
        using var stream = new Reader();
        using (var queue = new LineQueue(stream, dropped => $"{dropped} dropped\n", TimeSpan.FromSeconds(60)))
        {
            stream.Stop();
            queue.Add("first\n");
            stream.WaitForWrite();

            for (var i = 0; i < LineQueue.MostQueued + More; i++)
                queue.Add("line\n");
            Assert.Equal(More, queue.Dropped);
            stream.GoOn();
        }

        Assert.Equal(1 + LineQueue.MostQueued + 1, stream.Lines.Length);
        Assert.Single(stream.Lines, $"{More} dropped");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lines_that_cannot_be_written_are_counted_and_the_next_ones_tried(bool isClosed)
    {
        // A full disk; a closed descriptor, as .NET tells it.
        using var stream = new Reader { Failure = isClosed ? new UnauthorizedAccessException() : new IOException() };
        using (var queue = new LineQueue(stream, dropped => $"{dropped} dropped\n", TimeSpan.FromSeconds(60)))
        {
            stream.Stop();
            queue.Add("lost\n");
            stream.WaitForWrite();
            queue.Add("written\n");
            stream.GoOn();
        }

        Assert.Equal(["written", "1 dropped"], stream.Lines);
    }

    [Fact]
    public void Datagrams_are_written_one_at_a_time()
    {
        using var stream = new Reader();
        using (var queue = new LineQueue(stream, dropped => $"{dropped} dropped\n", TimeSpan.FromSeconds(60), oneAtATime: true))
        {
            stream.Stop();
            for (var i = 0; i < 10; i++)
                queue.Add("line\n");
            stream.GoOn();
        }

        Assert.Equal(10, stream.Writes);
    }

    private sealed class Reader : MemoryStream
    {
        private readonly ManualResetEventSlim _mayWrite = new(true);
        private readonly ManualResetEventSlim _isWriting = new();

        /// <summary>Of the first write.</summary>
        public Exception? Failure { get; set; }

        public int Writes { get; private set; }

        /// <summary>Also when the queue has disposed of it.</summary>
        public string[] Lines => Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public void Stop() => _mayWrite.Reset();

        public void GoOn() => _mayWrite.Set();

        public void WaitForWrite() => Assert.True(_isWriting.Wait(TimeSpan.FromSeconds(60)));

        // A derived MemoryStream's writes of spans come here as well.
        public override void Write(byte[] buffer, int offset, int count)
        {
            _isWriting.Set();
            Assert.True(_mayWrite.Wait(TimeSpan.FromSeconds(60)));
            if (Failure is { } failure)
            {
                Failure = null;
                throw failure;
            }

            Writes++;
            base.Write(buffer, offset, count);
        }
    }
}
