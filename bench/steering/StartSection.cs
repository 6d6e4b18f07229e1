namespace Proxify.SteeringBench;

/// <summary>Start time and memory by number of ports, steered and bound.</summary>
static class StartSection
{
    public static async Task RunAsync(Options options, Workspace workspace)
    {
        var each = Enumerable.Range(500, 65_000).Select(port => $"{port}");
        Contender[] contenders =
        [
            Proxify("proxify -b, 4 ports", steering: true, ConfigText.FourPorts),
            Proxify("proxify -b, 10,000 ports", steering: true, ConfigText.TenThousandPorts),
            Proxify("proxify -b, 65,000 ports", steering: true, ConfigText.SixtyFiveThousandPorts),
            Proxify("proxify -b, 65,000 ports, each written out", steering: true, each),
            Proxify("proxify, 4 ports bound", steering: false, ConfigText.FourPorts),
            Proxify("proxify, 10,000 ports bound", steering: false, ConfigText.TenThousandPorts),
            new("HAProxy, 10,000 ports bound", () => ProxyProcess.StartPeerAsync("haproxy", ["-db", "-f", workspace.Write("haproxy.cfg", """
                global
                    maxconn 2000
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen relay
                    bind 127.0.0.1:10000-19999
                    server target 127.0.0.1:65520

                """)], 19_999)),
            new("nginx, 10,000 ports bound", () => ProxyProcess.StartPeerAsync("nginx", ["-e", "stderr", "-c", workspace.Write("nginx.conf", $$"""
                load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                daemon off;
                pid {{workspace.Write("nginx.pid", "")}};
                error_log stderr error;
                worker_processes auto;
                events { worker_connections 12288; }
                stream {
                    server {
                        listen 127.0.0.1:10000-19999;
                        proxy_pass 127.0.0.1:65520;
                    }
                }
                """)], 19_999)),
        ];

        for (var round = 0; round < options.Rounds; round++)
        {
            // Each round begins with another one: nobody always runs after the same neighbour.
            foreach (var contender in contenders.Skip(round % contenders.Length).Concat(contenders.Take(round % contenders.Length)))
            {
                await using var proxy = await contender.Start();
                contender.Samples.Add((proxy.StartTime.TotalMilliseconds, proxy.StartCpu.TotalMilliseconds, proxy.Megabytes, proxy.MapMegabytes));
                await Console.Error.WriteLineAsync($"start {round + 1}/{options.Rounds} {contender.Name}: {contender.Samples[^1]}");
            }
        }

        Write(contenders);

        Contender Proxify(string name, bool steering, IEnumerable<string> ports)
        {
            var file = workspace.Write("config.json", ConfigText.Of(ports));
            return new(name, () => ProxyProcess.StartProxifyAsync(options, file, steering));
        }
    }

    static void Write(IEnumerable<Contender> contenders)
    {
        Console.WriteLine();
        Console.WriteLine("| | start, ms | fastest, ms | CPU, ms | memory, MB | BPF maps, MB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, samples) in contenders.Select(c => (c.Name, c.Samples)))
        {
            var maps = Statistics.Median(samples.Select(s => s.Maps));
            Console.WriteLine($"| {name} | {Statistics.Median(samples.Select(s => s.Start)):N0} | {samples.Min(s => s.Start):N0} | {Statistics.Median(samples.Select(s => s.Cpu)):N0} | {Statistics.Median(samples.Select(s => s.Memory)):N1} | {(maps == 0 ? "–" : $"{maps:N1}")} |");
        }
    }

    sealed record Contender(string Name, Func<Task<ProxyProcess>> Start)
    {
        public List<(double Start, double Cpu, double Memory, double Maps)> Samples { get; } = [];
    }
}
