// A proxy inside your own .NET program: it starts and stops with the host, and takes new configs while it runs.
//
//     dotnet run --project samples/Embedded
//
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Proxify.Configuration;
using Proxify.Hosting;

var config = new ProxyConfig
{
    Apps =
    [
        new AppConfig
        {
            Name = "cache",
            Ports = [6380],
            Targets =
            [
                "127.0.0.1:6379",
                new TargetConfig("cache.internal:6379") { Backup = true },
            ],
            Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromSeconds(1) },
        },
    ],
};

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddProxify(config);
using var host = builder.Build();
await host.StartAsync();

// Later, at any time: one more port, without touching live sessions. A config that cannot work throws and changes nothing.
var proxy = host.Services.GetRequiredService<ProxyService>().Server!;
await proxy.ApplyAsync(config with { Apps = [config.Apps[0] with { Ports = [6380, 6381] }] });

await host.WaitForShutdownAsync();
