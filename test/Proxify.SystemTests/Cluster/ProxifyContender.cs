using System.Net;
using Proxify.SystemTests.Upgrade;

namespace Proxify.SystemTests.Cluster;

internal sealed class ProxifyContender : IContender
{
    public string Name => "proxify";

    /// <summary>As docs/scaling.md has it, with a second app that is bound to one address.</summary>
    private static string Config(IPAddress service)
    {
        var config = ScalingPage.Config("/etc/proxify/config.json");
        var app = config[(config.IndexOf('[') + 1)..config.LastIndexOf(']')].Trim();
        var bound = app.Replace("\"web\"", "\"bound\"").Replace("[8000]", $"[{ClusterTests.BoundPort}], \"Bind\": [\"{service}\"]");
        return config.Replace(app, $"{app},\n{bound}");
    }

    public Task<IRunningProxy> StartAsync(Machine machine, IPAddress service) => StartAsync(machine, Config(service));

    public static async Task<IRunningProxy> StartAsync(Machine machine, string config)
    {
        var path = machine.Write("config.json", config);
        var process = new ProxifyProcess(machine.Start(Repository.Binary, "-c", path, "--log-format", "json"), path);
        await process.WaitForEventAsync("Started");
        return new Running(process);
    }

    private sealed class Running(ProxifyProcess process) : IRunningProxy
    {
        private int _serving = process.Process.Pid;

        public async Task UpgradeAsync()
        {
            var before = _serving;
            var position = process.LogPosition;
            Assert.Equal(0, Posix.Kill(before, Posix.SigUser2));
            _serving = (int)(await process.WaitForEventAsync("HandedOver", position)).Number("successor");
            await Patience.Eventually(() => Family.HasEnded(before));
        }

        public Task StopAsync() => EndAsync(Posix.SigTerm);

        public Task KillAsync() => EndAsync(Posix.SigKill);

        private Task EndAsync(int signal)
        {
            Assert.Equal(0, Posix.Kill(_serving, signal));
            return Patience.Eventually(() => Family.HasEnded(_serving));
        }
    }
}
