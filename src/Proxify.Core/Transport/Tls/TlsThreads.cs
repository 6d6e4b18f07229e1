namespace Proxify.Transport.Tls;

/// <summary>
/// Threads for the costly steps of handshakes that a worker has no turn for: as many as there are processors, started with the first step. The thread pool's
/// would do, but spin for the next step before they sleep, which costs as much as the handshakes.
/// </summary>
internal static class TlsThreads
{
    private static readonly Queue<Step> Steps = new();
    private static int _started;

    /// <summary>The step's result, once a thread has done it.</summary>
    public static Task<(TlsStep Step, int Consumed)> RunAsync(TlsHandshake handshake, ReadOnlyMemory<byte> wire)
    {
        if (Interlocked.CompareExchange(ref _started, 1, 0) == 0)
            Start();
        var step = new Step(handshake, wire);
        lock (Steps)
        {
            Steps.Enqueue(step);
            Monitor.Pulse(Steps);
        }

        return step.Done;
    }

    private static void Start()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
            new Thread(Work) { Name = $"tls-{i}", IsBackground = true }.Start();
    }

    private static void Work()
    {
        while (true)
            Next().Run();
    }

    private static Step Next()
    {
        lock (Steps)
        {
            Step? step;
            while (!Steps.TryDequeue(out step))
                Monitor.Wait(Steps);
            return step;
        }
    }

    private sealed class Step(TlsHandshake handshake, ReadOnlyMemory<byte> wire)
    {
        private readonly TaskCompletionSource<(TlsStep, int)> _done = new();

        public Task<(TlsStep Step, int Consumed)> Done => _done.Task;

        public void Run()
        {
            try
            {
                var result = handshake.Step(wire.Span, out var consumed);
                _done.SetResult((result, consumed));
            }
            catch (Exception e)
            {
                _done.SetException(e);
            }
        }
    }
}
