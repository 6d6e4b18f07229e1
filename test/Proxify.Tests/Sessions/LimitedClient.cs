using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>A client whose session relays until the test ends it.</summary>
internal sealed class LimitedClient : FakeConnection
{
    private readonly TaskCompletionSource<RelayEnd> _relay = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _serving = Task.CompletedTask;

    public LimitedClient(ushort port, uint source)
        : base(TcpEndpoint.FromIPv4(0x7f000001, port), TcpEndpoint.FromIPv4(source, 50000))
    {
        OnRelay = () =>
        {
            _connected.TrySetResult();
            return _relay.Task;
        };
    }

    public bool IsConnected => _connected.Task.IsCompleted;

    public bool HasEnded => _serving.IsCompleted;

    public void Serve(PipelineBench handler) => _serving = handler.HandleAsync(this).AsTask();

    public Task Connected() => _connected.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Task Ended() => _serving.WaitAsync(TimeSpan.FromSeconds(30));

    public Task EndAsync()
    {
        _relay.SetResult(RelayEnd.Done);
        return Ended();
    }
}
