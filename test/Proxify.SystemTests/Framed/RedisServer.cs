namespace Proxify.SystemTests.Framed;

/// <summary>A redis in a lab, with nothing in it, and a way to it that passes no proxy.</summary>
internal sealed class RedisServer : IDisposable
{
    private RedisServer(RunningProcess process, int port, Resp control) => (Process, Port, Control) = (process, port, control);

    public RunningProcess Process { get; }

    public int Port { get; }

    public Resp Control { get; }

    public static async Task<RedisServer> StartAsync(Lab lab, params string[] arguments)
    {
        var port = lab.Port();
        return await StartAsync(lab, port, arguments);
    }

    public static async Task<RedisServer> StartAsync(Lab lab, int port, params string[] arguments)
    {
        var process = lab.Start(
            [Tool.Require("redis-server", "redis-server"), "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", lab.Directory, .. arguments]);
        await process.Output.WaitAsync(static line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
        return new RedisServer(process, port, await Resp.ConnectAsync(lab, port));
    }

    /// <summary>A figure of INFO.</summary>
    public async Task<long> FigureAsync(string name)
    {
        var info = await Control.AskAsync("INFO");
        var line = info.Split("\r\n").Single(line => line.StartsWith(name + ':', StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1));
    }

    public void Dispose() => Control.Dispose();
}
