using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Program.Admin;
using Proxify.Program.Admin.Dashboard;
using Proxify.Program.Logging;
using Proxify.Steering;

namespace Proxify.Program.Commands;

/// <summary>The main job: run the proxy until a signal.</summary>
internal sealed class RunCommand(RunOptions options)
{
    public async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(options.Config)!;
        Libc.RaiseOpenFilesLimit();
        try
        {
            var log = OpenLog(parsed.GetValue(options.LogFile));
            var steering = parsed.GetValue(options.Steering)
                ? SteeringStart.Run(file, parsed.GetValue(options.Port), logging => Configure(logging, parsed, file: null)) : null;
            return await RunAsync(parsed, file, log, steering);
        }
        catch (SteeringException e)
        {
            return Fail(parsed, [$"proxify: {e.Message}", .. e.Details?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? []]);
        }
        catch (InvalidConfigException e)
        {
            return Fail(parsed, e.Errors.Select(error => error.ToString(file)));
        }
        catch (ProxyStartException e)
        {
            return Fail(parsed, e.Problems.Select(problem => $"proxify: {problem}"));
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, string file, LogFile? log, SteeringProgram? steering)
    {
        using var signals = new Signals();
        var systemd = new SystemdNotifier();
        using var host = BuildHost(parsed, steering, log, starting => Tell(systemd, starting ? Reloading() : ServiceState.Ready));
        var service = host.Services.GetRequiredService<ProxyService>();
        // Before the start, which a reload then waits for: a SIGHUP that nobody handles ends the process.
        signals.OnHangUp(() => _ = service.ReloadAsync());
        if (log is not null)
            signals.OnUser1(log.Reopen);
        AdminServer? admin;
        try
        {
            await host.StartAsync(signals.Stopping);
            admin = await StartAdminAsync(host.Services, service, file);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCompleted)
        {
            return ExitCode.Success;
        }

        Tell(systemd, ServiceState.Ready);

        await signals.Stop;
        Tell(systemd, ServiceState.Stopping);
        // Not through the host, which calls nothing any more once its token is cancelled.
        await service.StopAsync(signals.Now);
        if (admin is not null)
            await admin.DisposeAsync();
        await host.StopAsync(CancellationToken.None);
        return ExitCode.Success;
    }

    private static LogFile? OpenLog(string? path)
    {
        try
        {
            return path is null ? null : new LogFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProxyStartException([$"--log-file: {e.Message}"]);
        }
    }

    private static Task<AdminServer?> StartAdminAsync(IServiceProvider services, ProxyService service, string file)
    {
        var logging = services.GetRequiredService<ILoggerFactory>();
        var logger = logging.CreateLogger("Proxify");
        var (events, levels) = (services.GetRequiredService<EventHistory>(), services.GetRequiredService<LogLevelSwitch>());
        var api = new AdminApi(service, file, events, levels, TimeProvider.System, logger);
        IReadOnlyList<AdminRoute> routes = [.. DashboardFiles.Routes, .. api.Routes];
        return AdminServer.StartAsync(service.Server!.Config.Admin, file, gate => new AdminRouter(routes, gate, logger), logging);
    }

    private void Configure(ILoggingBuilder logging, ParseResult parsed, LogFile? file) =>
        logging.AddProxifyLog(options.IsJson(parsed), LogLevels.Words[parsed.GetValue(options.LogLevel)!], file);

    private IHost BuildHost(ParseResult parsed, SteeringProgram? steering, LogFile? log, Action<bool> onReload)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Configure(builder.Logging, parsed, log);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(new EventHistory(TimeProvider.System));
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<EventHistory>());
        // Each app's Drain bounds the shutdown, not the host.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddProxify(proxy =>
        {
            proxy.ConfigFile = parsed.GetValue(options.Config);
            proxy.Transport = parsed.GetValue(options.Transport)!;
            proxy.Workers = parsed.GetValue(options.Workers);
            proxy.OnReload = onReload;
            proxy.Steering = steering is null ? null : new SteeringOptions(steering, parsed.GetValue(options.Port));
        });
        return builder.Build();
    }

    private int Fail(ParseResult parsed, IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            Output.WriteProblem(problem, options.IsJson(parsed));
        return ExitCode.CannotStart;
    }

    /// <summary>Where systemd cannot be told (no descriptor left, nobody listens) the proxy goes on all the same.</summary>
    private static void Tell(SystemdNotifier systemd, ServiceState state)
    {
        try
        {
            systemd.Notify(state);
        }
        catch (SocketException)
        {
        }
    }

    // systemd wants the monotonic clock's time with RELOADING=1 (sd_notify(3)); Stopwatch is CLOCK_MONOTONIC on Linux.
    private static ServiceState Reloading() =>
        new($"RELOADING=1\nMONOTONIC_USEC={System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000)}");
}
