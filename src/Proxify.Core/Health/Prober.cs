namespace Proxify.Health;

/// <summary>Checks on the network.</summary>
internal sealed class Prober(TimeProvider timeProvider) : IProber
{
    private readonly TcpConnects _connects = new(timeProvider);
    private readonly ContentCheck _content = new(timeProvider);

    public void Begin(CheckTask task)
    {
        if (task.Settings.IsConnectOnly)
            _connects.Begin(task);
        else
            _content.Begin(task);
    }

    public bool Collect() => _connects.Collect();

    public void Dispose()
    {
        _connects.Dispose();
        _content.Dispose();
    }
}
