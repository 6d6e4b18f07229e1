namespace Proxify.SystemTests.Harness;

/// <summary>
/// dnsmasq as the authority for .internal in a test's network, on loopback. Host records are read again when they change, services are fixed at its start.
/// </summary>
internal sealed class NameServer
{
    private readonly Lab _lab;
    private readonly string _hosts;
    private readonly string[] _command;
    private RunningProcess? _process;

    /// <param name="lab">Where it runs.</param>
    /// <param name="port">53 for programs that read resolv.conf.</param>
    /// <param name="ttl">Of every answer, in seconds.</param>
    /// <param name="services">dnsmasq(8)'s <c>--srv-host</c>: name,target,port,priority,weight.</param>
    public NameServer(Lab lab, int port, int ttl, params string[] services)
    {
        _lab = lab;
        _hosts = Path.Combine(lab.Directory, $"dns-hosts-{port}");
        Port = port;
        _command =
        [
            Tool.Require("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--user=", "--pid-file", "--no-resolv", "--no-hosts",
            "--local=/internal/",
            "--listen-address=127.0.0.1", "--bind-interfaces", $"--port={port}", $"--addn-hosts={_hosts}", $"--local-ttl={ttl}", "--log-queries",
            "--log-facility=-",
            .. services.Select(service => $"--srv-host={service}"),
        ];
    }

    public int Port { get; }

    /// <summary>More of dnsmasq(8)'s.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Every question that it was asked, and what it answered; of all its runs.</summary>
    public IEnumerable<string> Lines => _process!.Errors.Lines;

    /// <param name="records">Address and name, as in hosts(5).</param>
    public async Task StartAsync(params string[] records)
    {
        File.WriteAllLines(_hosts, records);
        _process = _lab.Start([.. _command, .. Arguments]);
        await _process.Errors.WaitAsync(static line => line.Contains("read ", StringComparison.Ordinal)
            && line.Contains("dns-hosts", StringComparison.Ordinal));
    }

    public async Task ChangeAsync(params string[] records)
    {
        var start = _process!.Errors.Lines.Length;
        File.WriteAllLines(_hosts, records);
        _process.Signal(Posix.SigHup);
        await _process.Errors.WaitAsync(static line => line.Contains("read ", StringComparison.Ordinal)
            && line.Contains("dns-hosts", StringComparison.Ordinal), start);
    }

    public async Task StopAsync()
    {
        _process!.Signal(Posix.SigTerm);
        await _process.ExitAsync();
    }
}
