using Proxify.Peers.Load;

namespace Proxify.Peers.Targets;

/// <summary>memcached: get of 64 bytes.</summary>
sealed class MemcachedTarget : ITarget
{
    const string Key = $"key:{Exchange.Number}";

    ProcessHandle? _server;

    public string Title => "memcached get, 64 bytes";

    public string Protocol => "memcached";

    public Exchange Exchange { get; } = new($"get {Key}\r\n", $"VALUE {Key} 0 64\r\n{Exchange.Value}\r\nEND\r\n");

    public int Port { get; private set; }

    public int ProcessId => _server!.Id;

    public async Task StartAsync(CancellationToken cancellation)
    {
        Port = Ports.Next();
        // -u: it refuses to be root's by mere oversight. Four threads are its default.
        _server = ProcessHandle.Start("memcached", "-u", "root", "-l", "127.0.0.1", "-p", $"{Port}", "-U", "0", "-c", "8192", "-b", "16384");
        await Ports.WaitForListenerAsync(Port, _server, cancellation);
        await Keys.FillAsync(Port, new Exchange($"set {Key} 0 0 64\r\n{Exchange.Value}\r\n", "STORED\r\n"), Exchange.HotKeys, cancellation);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
