using System.Globalization;
using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>HAProxy in master-worker mode, as Debian's unit runs it.</summary>
internal sealed class HaproxyContender : IContender
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    public string Name => "HAProxy";

    public async Task<IRunningProxy> StartAsync(Machine machine, IPAddress service)
    {
        var config = machine.Write("haproxy.cfg", $"""
            global
                maxconn 4000
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1h
                timeout server 1h
            listen web
                bind :{ClusterTests.Port}
                bind {service}:{ClusterTests.BoundPort}
                balance source
                hash-type consistent
                default-server check inter 5s
                server t1 10.0.2.101:{EchoTargets.Port}
                server t2 10.0.2.102:{EchoTargets.Port}
                server t3 10.0.2.103:{EchoTargets.Port}
                server t4 10.0.2.104:{EchoTargets.Port}

            """);
        var running = new Running(machine.Start(Tool.Require("haproxy", "haproxy"), "-W", "-f", config));
        await Patience.Eventually(async () =>
            (await machine.RunAsync("ss", "-Hltn", "sport", "=", $":{ClusterTests.Port}")).Contains("LISTEN", StringComparison.Ordinal));
        return running;
    }

    private sealed class Running(RunningProcess master) : IRunningProxy
    {
        private int[] Workers => [.. File.ReadAllText($"/proc/{master.Pid}/task/{master.Pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static id => int.Parse(id, CultureInfo.InvariantCulture))];

        /// <summary>Its reload: the master runs itself anew, with -sf and -x. The worker of before stays as long as its sessions.</summary>
        public async Task UpgradeAsync()
        {
            var before = Workers;
            master.Signal(Posix.SigUser2);
            await Patience.Eventually(() => Workers.Except(before).Any());
        }

        public async Task StopAsync()
        {
            master.Signal(Posix.SigUser1);
            using var drain = new CancellationTokenSource(Drain);
            while (!master.HasExited && !drain.IsCancellationRequested)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            if (!master.HasExited)
                master.Signal(Posix.SigTerm);
            await master.ExitAsync();
        }

        public async Task KillAsync()
        {
            foreach (var process in (int[])[master.Pid, .. Workers])
                _ = Posix.Kill(process, Posix.SigKill);
            await master.ExitAsync();
        }
    }
}
