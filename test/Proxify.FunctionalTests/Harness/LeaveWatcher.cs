using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Aborts the connection when its peer leaves, as a session does, and tells how it left.</summary>
internal sealed class LeaveWatcher(bool countsEnd = false) : IPeerWatcher
{
    private readonly TaskCompletionSource<bool> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Connection? _connection;

    public bool CountsEnd => countsEnd;

    /// <summary>Whether the peer left by a reset, once it has left.</summary>
    public Task<bool> ByReset => _left.Task.Within();

    public bool HasLeft => _left.Task.IsCompleted;

    public void Follow(Connection connection)
    {
        _connection = connection;
        connection.Watcher = this;
    }

    public void OnPeerLeft(bool byReset)
    {
        Assert.True(_left.TrySetResult(byReset), "told twice");
        _connection!.Abort();
    }
}
