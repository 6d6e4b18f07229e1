using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Proxify.Hosting;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>Reloads of a config file, as its watcher and SIGHUP ask for them.</summary>
[Collection("servers with meters of their own")]
public sealed class ReloadTests
{
    [Fact]
    public async Task OnReload_that_throws_costs_no_later_reload()
    {
        var path = Path.GetTempFileName();
        try
        {
            var port = FreePort();
            await File.WriteAllTextAsync(path, ConfigText($"{port}"), TestContext.Current.CancellationToken);
            Action<bool>? onReload = static _ => throw new SocketException((int)SocketError.TooManyOpenSockets);
            using var host = Build(path, starting => onReload?.Invoke(starting));
            await host.StartAsync(TestContext.Current.CancellationToken);
            var service = host.Services.GetRequiredService<ProxyService>();

            await service.ReloadAsync().Within();
            onReload = null;
            var before = service.Server!.Config;
            await service.ReloadAsync().Within();

            Assert.NotSame(before, service.Server.Config);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Reload_that_meets_a_stop_is_neither_applied_nor_rejected()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, ConfigText($"{FreePort()}"), TestContext.Current.CancellationToken);
            Action<bool>? onReload = null;
            using var host = Build(path, starting => onReload?.Invoke(starting));
            using var reloads = new ReloadLog(host);
            await host.StartAsync(TestContext.Current.CancellationToken);
            var service = host.Services.GetRequiredService<ProxyService>();
            await service.ReloadAsync().Within();

            var stopping = Task.CompletedTask;
            onReload = begins => stopping = begins ? service.Server!.StopAsync(CancellationToken.None) : stopping;
            await service.ReloadAsync().Within();
            await stopping.Within();

            Assert.Equal(["applied"], reloads.Results);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Reload_that_is_rejected_is_counted_whatever_is_wrong_and_changes_nothing()
    {
        using var taken = PeerListener.Start();
        var path = Path.GetTempFileName();
        try
        {
            var port = FreePort();
            await File.WriteAllTextAsync(path, ConfigText($"{port}"), TestContext.Current.CancellationToken);
            using var host = Build(path);
            using var reloads = new ReloadLog(host);
            await host.StartAsync(TestContext.Current.CancellationToken);
            var service = host.Services.GetRequiredService<ProxyService>();
            var before = service.Server!.Config;

            // A reload of its own may come from the file's watcher, and says the same.
            foreach (var rejected in new[] { "no config at all", ConfigText("0"), ConfigText($"{port},{taken.Port}") })
            {
                await File.WriteAllTextAsync(path, rejected, TestContext.Current.CancellationToken);
                await service.ReloadAsync().Within();
                Assert.Same(before, service.Server.Config);
            }

            Assert.True(reloads.Results.Count >= 3);
            Assert.All(reloads.Results, result => Assert.Equal("rejected", result));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string ConfigText(string ports) =>
        $$"""{"Apps":[{"Name":"a","Bind":["127.0.0.1"],"Ports":[{{ports}}],"Targets":["127.0.0.1:1"]}]}""";

    private static IHost Build(string file, Action<bool>? onReload = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddMetrics();
        builder.Services.AddProxify(options =>
        {
            options.ConfigFile = file;
            options.OnReload = onReload;
        });
        return builder.Build();
    }

    private static int FreePort()
    {
        using var probe = PeerListener.Start();
        return probe.Port;
    }
}
