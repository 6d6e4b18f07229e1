namespace Proxify.SystemTests.Etcd;

/// <summary>One etcd in a lab, with which it ends. What it keeps outlives its process.</summary>
internal sealed class EtcdServer : IAsyncDisposable
{
    public const int OperationsPerTransaction = 1_024;

    // It syncs each write before it answers, and some disks take a second over that.
    private const string Memory = "/dev/shm";

    private readonly Lab _lab;
    private readonly string _folder;
    private readonly string[] _command;
    private RunningProcess? _process;

    /// <param name="lab">Where it runs.</param>
    /// <param name="name">Its own among the members.</param>
    /// <param name="port">Where clients reach it.</param>
    /// <param name="peerPort">Where other members do.</param>
    /// <param name="members">Of all, in etcd's words: <c>a=http://127.0.0.1:1,b=…</c>.</param>
    /// <param name="setup">What else it is told.</param>
    public EtcdServer(Lab lab, string name, int port, int peerPort, string members, EtcdSetup setup)
    {
        _lab = lab;
        (Port, PeerPort) = (port, peerPort);
        _folder = Path.Combine(Directory.Exists(Memory) ? Memory : lab.Directory, $"proxify-test-etcd-{Guid.NewGuid():N}");
        var (clients, peers) = ($"{setup.Scheme}://{setup.Address}:{port}", $"http://127.0.0.1:{peerPort}");
        _command =
        [
            .. setup.Prefix, Tool.Require("etcd", "etcd-server"), "--name", name, "--data-dir", _folder, "--initial-cluster", members,
            "--listen-client-urls", clients, "--advertise-client-urls", clients, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
            "--max-txn-ops", $"{OperationsPerTransaction}", "--bcrypt-cost", "4", .. setup.Arguments,
        ];
        lab.Own(this);
    }

    public int Port { get; }

    /// <summary>Where other members reach it.</summary>
    public int PeerPort { get; }

    public RunningProcess Process => _process!;

    /// <summary>An etcd of one member, that serves.</summary>
    public static async Task<EtcdServer> StartAsync(Lab lab, EtcdSetup? setup = null)
    {
        var (port, peerPort) = (lab.Port(), lab.Port());
        var etcd = new EtcdServer(lab, "etcd", port, peerPort, $"etcd=http://127.0.0.1:{peerPort}", setup ?? new());
        await etcd.StartAsync();
        return etcd;
    }

    /// <summary>Starts its process, and waits until it serves; of a cluster that is when there is a leader.</summary>
    public async Task StartAsync()
    {
        _process = _lab.Start(_command);
        await _process.Errors.WaitAsync(static line => line.Contains("ready to serve client requests", StringComparison.Ordinal));
    }

    /// <summary>Ends its process as a loss of power does.</summary>
    public Task KillAsync() => EndAsync(Posix.SigKill);

    /// <summary>Ends its process in order.</summary>
    public Task StopAsync() => EndAsync(Posix.SigTerm);

    /// <summary>Stops its process: connections stay, and nobody answers.</summary>
    public void Freeze() => Process.Signal(Posix.SigStop);

    public void Thaw() => Process.Signal(Posix.SigCont);

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return default;
    }

    private async Task EndAsync(int signal)
    {
        Process.Signal(signal);
        await Process.ExitAsync();
    }
}
