using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>keepalived: one machine has the address, another one waits.</summary>
internal sealed class VrrpFront : IFront
{
    private readonly Dictionary<Machine, RunningProcess> _keepalived = [];

    public string Name => "VRRP";

    public IPAddress Service { get; } = IPAddress.Parse("192.0.2.100");

    public Task StartAsync(Site site) => Task.CompletedTask;

    /// <summary>Apps bind to the address while another machine has it.</summary>
    public Task PrepareAsync(Machine proxy) => proxy.RunAsync("sysctl", "-qw", "net.ipv4.ip_nonlocal_bind=1");

    public async Task AddAsync(Machine proxy)
    {
        // Who comes later ranks higher, and does not take the address for that.
        var text = ScalingPage.Config("/etc/keepalived/keepalived.conf").Replace("priority 101", $"priority {101 + _keepalived.Count}");
        var config = proxy.Write("keepalived.conf", text);
        string PidFile(string of) => Path.Combine(proxy.Directory, $"{of}.pid");
        var keepalived = proxy.Start(Tool.Require("keepalived", "keepalived"), "--dont-fork", "--log-console", "--use-file", config,
            "--pid", PidFile("keepalived"), "--vrrp_pid", PidFile("vrrp"), "--checkers_pid", PidFile("checkers"));
        _keepalived.Add(proxy, keepalived);
        if (_keepalived.Count == 1)
            await Patience.Eventually(() => HasServiceAsync(proxy), what: $"the address at {proxy.Name}: {keepalived.Output}{keepalived.Errors}");
        else
            await Patience.Eventually(() => $"{keepalived.Output}{keepalived.Errors}".Contains("Entering BACKUP STATE", StringComparison.Ordinal));
    }

    public async Task WithdrawAsync(Machine proxy)
    {
        _keepalived[proxy].Signal(Posix.SigTerm);
        await _keepalived[proxy].ExitAsync();
        await Patience.Eventually(async () =>
        {
            foreach (var other in _keepalived.Keys)
            {
                if (await HasServiceAsync(other))
                    return true;
            }

            return false;
        });
    }

    /// <summary>keepalived looks by itself.</summary>
    public Task OnEndedAsync(Machine proxy) => Task.CompletedTask;

    private async Task<bool> HasServiceAsync(Machine proxy) =>
        (await proxy.RunAsync("ip", "addr", "show", "eth0")).Contains($"{Service}/", StringComparison.Ordinal);
}
