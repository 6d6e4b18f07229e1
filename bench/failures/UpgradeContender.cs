using System.Globalization;
using System.Runtime.InteropServices;

namespace Proxify.FailuresBench;

/// <summary>
/// A proxy that is upgraded, or reloads, as its documentation says. Its config stays, its program, too: what is measured is the change. (nginx takes no second
/// upgrade while the master of before the first one has sessions: it reloads, which leaves as much behind.)
/// </summary>
/// <param name="Name">In the table and on the command line.</param>
/// <param name="Program">Null: proxify.</param>
/// <param name="Arguments">Of proxify, beside the config.</param>
sealed record UpgradeContender(string Name, string? Program = null, params string[] Arguments)
{
    /// <summary>proxify's own listener with -b.</summary>
    const int SteeredListener = 16_999;

    public static IReadOnlyList<UpgradeContender> All { get; } =
    [
        new("proxify"),
        new("proxify -b", null, "-b", "-p", $"{SteeredListener}"),
        new("proxify sockets", null, "--transport", "sockets"),
        new("HAProxy reload", "haproxy"),
        new("nginx reload", "nginx"),
    ];

    public async Task<RunningContender> StartAsync(int port, int target, string binary, Workspace workspace, CancellationToken cancellation)
    {
        var config = workspace.Write("proxy.config", Program switch
        {
            // master-worker, as its packages run it.
            "haproxy" => $"""
                global
                    master-worker
                    maxconn 9900
                defaults
                    mode tcp
                    no log
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen relay
                    bind 127.0.0.1:{port} backlog 4096
                    server target 127.0.0.1:{target}

                """,
            "nginx" => $$"""
                load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                daemon off;
                user root;
                pid {{workspace.Folder}}/nginx.pid;
                worker_processes auto;
                error_log /dev/null crit;
                events { worker_connections 4096; }
                stream { server { listen 127.0.0.1:{{port}} backlog=4096; proxy_pass 127.0.0.1:{{target}}; proxy_timeout 1h; } }

                """,
            _ => $$"""
                { "Apps": [ { "Name": "bench", "Ports": [{{port}}], "Targets": ["127.0.0.1:{{target}}"] } ], "AccessLog": { "Sample": 0 } }
                """,
        });
        var process = Program switch
        {
            "haproxy" => ProcessHandle.Start("haproxy", "-W", "-f", config),
            "nginx" => ProcessHandle.Start("nginx", "-e", "stderr", "-c", config),
            _ => ProcessHandle.Start(binary, [.. Arguments, "--log-level", "warn", "-c", config]),
        };
        await Contender.AwaitServedAsync(port, process, cancellation);
        return new RunningContender(process, Program ?? "proxify");
    }
}

/// <summary>One that runs. Disposing it ends all its processes, by id.</summary>
sealed partial class RunningContender(ProcessHandle process, string program) : IAsyncDisposable
{
    const int Kill = 9;
    const int HangUp = 1;
    const int User2 = 12;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    readonly HashSet<int> _all = [];
    int _main = process.Id;

    /// <summary>Returns when the new process serves, and has been told to be the only one.</summary>
    public async Task UpgradeAsync(CancellationToken cancellation)
    {
        Note();
        var before = _main;
        var children = ProcessTree.Of(before).ToHashSet();
        _ = kill(before, program == "nginx" ? HangUp : User2);
        switch (program)
        {
            case "haproxy" or "nginx":
                await UntilAsync(() => ProcessTree.Of(before).Any(id => !children.Contains(id)), cancellation);
                break;
            default:
                await UntilAsync(
                    () =>
                    {
                        _main = ProcessTree.Of(before).FirstOrDefault(id => id != before, _main);
                        return ProcessTree.Stat(before) is [] or ["Z", ..];
                    }, cancellation);
                break;
        }

        Note();
    }

    /// <summary>Processes that there are, and their memory: what each has for itself and its part of what they share (PSS).</summary>
    public (int Processes, long Memory) Census()
    {
        Note();
        var alive = _all.Where(id => ProcessTree.Stat(id) is [not "Z", ..]).ToList();
        return (alive.Count, alive.Sum(Pss));
    }

    public async ValueTask DisposeAsync()
    {
        Note();
        foreach (var id in _all.Where(id => ProcessTree.Stat(id) is not []))
            _ = kill(id, Kill);
        await process.DisposeAsync();
    }

    void Note()
    {
        _all.Add(_main);
        _all.UnionWith(_all.ToList().SelectMany(ProcessTree.Of));
    }

    static long Pss(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").First(static line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        for (var i = 0; !condition(); i++)
        {
            if (i * Poll > TimeSpan.FromSeconds(30))
                throw new BenchException("the upgrade does not come to an end");
            await Task.Delay(Poll, cancellation);
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int id, int signal);
}
