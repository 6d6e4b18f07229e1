using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Looks all the time at what a transport's relays hold.</summary>
internal sealed class BufferGauge : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task<long> _looking;

    private BufferGauge(ITransport transport) => _looking = LookAsync(transport, _stopping.Token);

    public static BufferGauge Start(ITransport transport) => new(transport);

    /// <summary>The most that was seen.</summary>
    public async Task<long> StopAsync()
    {
        await _stopping.CancelAsync();
        return await _looking;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private static async Task<long> LookAsync(ITransport transport, CancellationToken stopping)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var most = 0L;
        while (!stopping.IsCancellationRequested)
        {
            most = Math.Max(most, transport.BufferBytes);
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        return most;
    }
}
