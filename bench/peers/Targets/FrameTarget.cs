using Proxify.Peers.Load;

namespace Proxify.Peers.Targets;

/// <summary>An echo server whose messages are a length of four bytes, big-endian, and as much. This very program, in a process of its own.</summary>
sealed class FrameTarget : ITarget
{
    static readonly string Frame = $"\0\0\0\x40{Exchange.Value}";

    ProcessHandle? _server;

    public string Title => "length-prefixed echo, 64 bytes";

    public string Protocol => "length-prefixed";

    public Exchange Exchange { get; } = new(Frame, Frame);

    public int Port { get; private set; }

    public int ProcessId => _server!.Id;

    public async Task StartAsync(CancellationToken cancellation)
    {
        Port = Ports.Next();
        var (program, arguments) = Self.Command([FrameServer.Name, $"{Port}"]);
        _server = ProcessHandle.Start(program, arguments);
        await Ports.WaitForListenerAsync(Port, _server, cancellation);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
