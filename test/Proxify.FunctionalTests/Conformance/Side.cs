using System.Threading.Channels;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>One side of an interleaved session: a sender that works off what it is given, and a reader that can be held.</summary>
internal sealed class Side : IDisposable
{
    /// <summary>Reads in the asked size; more would test the patience, not the proxy.</summary>
    private const int SizedReads = 200;

    private readonly Peer _peer;
    private readonly int _chunk;
    private readonly Channel<int> _toSend = Channel.CreateUnbounded<int>();
    private readonly Task _sending;
    private readonly Task<PeerEnd> _reading;
    private volatile TaskCompletionSource _mayRead = Released();

    public Side(Peer peer, int chunk)
    {
        _peer = peer;
        _chunk = chunk;
        _sending = SendAllAsync();
        _reading = ReadAllAsync();
    }

    /// <summary>Bytes given to send so far.</summary>
    public long Given { get; private set; }

    public void Send(int size)
    {
        if (_toSend.Writer.TryWrite(size))
            Given += size;
    }

    public void Fin() => _toSend.Writer.TryComplete();

    public void StopReading()
    {
        if (_mayRead.Task.IsCompleted)
            _mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Read() => _mayRead.TrySetResult();

    public Task ReceivedAsync(long count) => Patience.Eventually(() => _peer.Received >= count);

    public async Task FinishAsync()
    {
        Read();
        Fin();
        await _sending;
        Assert.Equal(PeerEnd.Fin, await _reading);
    }

    public void Dispose() => Read();

    private async Task SendAllAsync()
    {
        await foreach (var size in _toSend.Reader.ReadAllAsync())
            await _peer.SendAsync(size, chunk: size);
        _peer.Fin();
    }

    private async Task<PeerEnd> ReadAllAsync()
    {
        for (var reads = 0; ; reads++)
        {
            await _mayRead.Task;
            if (await _peer.ReceiveSomeAsync(reads < SizedReads ? _chunk : 1 << 16) is { } end)
                return end;
        }
    }

    private static TaskCompletionSource Released()
    {
        var released = new TaskCompletionSource();
        released.SetResult();
        return released;
    }
}
