using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Aborts a connection whose peer has not said in time what it has to say first.</summary>
internal sealed class Deadline : IDisposable
{
    private const int Running = 0;
    private const int Stopped = 1;
    private const int Passed = 2;

    private readonly Connection _connection;
    private readonly ITimer _timer;
    private int _state;

    /// <param name="connection">Aborted when the time is over.</param>
    /// <param name="left">Nothing or less: at once.</param>
    /// <param name="timeProvider">The clock.</param>
    public Deadline(Connection connection, TimeSpan left, TimeProvider timeProvider)
    {
        _connection = connection;
        _timer = timeProvider.CreateTimer(
            static deadline => ((Deadline)deadline!).Pass(), this, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public bool HasPassed => Volatile.Read(ref _state) == Passed;

    /// <summary>False: too late, the connection is aborted or about to be.</summary>
    public bool TryStop() => Interlocked.CompareExchange(ref _state, Stopped, Running) != Passed;

    public void Dispose()
    {
        TryStop();
        _timer.Dispose();
    }

    private void Pass()
    {
        if (Interlocked.CompareExchange(ref _state, Passed, Running) == Running)
            _connection.Abort();
    }
}
