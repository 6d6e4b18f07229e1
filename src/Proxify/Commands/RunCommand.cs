using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Handover;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Program.Admin;
using Proxify.Program.Admin.Dashboard;
using Proxify.Program.Etcd;
using Proxify.Program.Logging;
using Proxify.Program.Otlp;
using Proxify.Program.State;
using Proxify.Steering;

namespace Proxify.Program.Commands;

/// <summary>The main job: run the proxy until a signal.</summary>
internal sealed class RunCommand(RunOptions options)
{
    public async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var place = new ConfigPlace(parsed.GetValue(options.Config)!);
        Libc.RaiseOpenFilesLimit();
        Predecessor? predecessor = null;
        try
        {
            var otlp = OtlpSettings.Read(Environment.GetEnvironmentVariable);
            var log = OpenLog(parsed.GetValue(options.LogFile), parsed.GetValue(options.LogFormat)!);
            predecessor = Upgrade.MeetPredecessor();
            var steering = parsed.GetValue(options.Steering) ? await StartSteeringAsync(parsed, place, predecessor, log) : null;
            return await RunAsync(parsed, place, log, otlp, steering, predecessor);
        }
        catch (SteeringException e)
        {
            return Fail(parsed, predecessor, [$"proxify: {e.Message}", .. e.Details?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? []]);
        }
        catch (InvalidConfigException e)
        {
            return Fail(parsed, predecessor, e.Errors.Select(error => error.ToString(place.Name)));
        }
        catch (ProxyStartException e)
        {
            return Fail(parsed, predecessor, e.Problems.Select(problem => $"proxify: {problem}"));
        }
        finally
        {
            predecessor?.Dispose();
        }
    }

    private async Task<SteeringOptions> StartSteeringAsync(ParseResult parsed, ConfigPlace place, Predecessor? predecessor, WriteOnlyStream? log)
    {
        var port = parsed.GetValue(options.Port);
        if (predecessor is null)
            return new(await SteeringStart.RunAsync(place, port, logging => Configure(logging, parsed, log)), port);
        var inherited = predecessor.TakeSteering() ?? throw new ProxyStartException(["it cannot take over: the running process does not steer"]);
        return new(inherited.Program, port, inherited.State);
    }

    private async Task<int> RunAsync(ParseResult parsed, ConfigPlace place, WriteOnlyStream? log, OtlpSettings? otlp, SteeringOptions? steering,
        Predecessor? predecessor)
    {
        using var signals = new Signals();
        var systemd = new SystemdNotifier();
        using var host = BuildHost(parsed, place, steering, predecessor, log, otlp, starting => Tell(systemd, starting ? Reloading() : ServiceState.Ready));
        await using var export = otlp is null ? null : new OtlpExport(host.Services);
        var service = host.Services.GetRequiredService<ProxyService>();
        var upgrade = new Upgrade(service, host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Proxify"));
        // Before the start, which a reload then waits for: a SIGHUP that nobody handles ends the process.
        signals.OnHangUp(() => _ = service.ReloadAsync());
        if (log is LogFile logFile)
            signals.OnUser1(logFile.Reopen);
        signals.OnUser2(() => _ = Task.Run(async () => upgrade.Conclude(await upgrade.RunAsync())));
        AdminServer? admin;
        EtcdFleet? fleet = null;
        try
        {
            await host.StartAsync(signals.Stopping);
            predecessor?.AwaitEnd();
            fleet = StartFleet(host.Services, service);
            admin = await StartAdminAsync(host.Services, service, upgrade, place, fleet);
        }
        catch (HandoverException e)
        {
            throw new ProxyStartException([$"it cannot take over: {e.Message}"]);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCompleted)
        {
            return ExitCode.Success;
        }

        // What the start alone has needed goes back to the system: of a large config many megabytes, which no collection may come for in days.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Tell(systemd, ServiceState.Ready);

        upgrade.Allow();
        if (await Task.WhenAny(signals.Stop, upgrade.Done) == upgrade.Done)
        {
            var heir = await upgrade.Done;
            Tell(systemd, new($"MAINPID={heir.Id}"));
            if (admin is not null)
                await admin.DisposeAsync();
            admin = null;
            if (fleet is not null)
                await fleet.HandOverAsync();
            heir.Dispose();
        }
        else
        {
            Tell(systemd, ServiceState.Stopping);
            fleet?.TellStopping();
        }

        // Not through the host, which calls nothing any more once its token is cancelled.
        await service.StopAsync(signals.Now);
        if (admin is not null)
            await admin.DisposeAsync();
        if (fleet is not null)
            await fleet.DisposeAsync();
        await host.StopAsync(CancellationToken.None);
        return ExitCode.Success;
    }

    private static WriteOnlyStream? OpenLog(string? file, string format)
    {
        var socket = LogFormats.SocketOf(format);
        try
        {
            return socket is not null ? new DatagramStream(socket) : file is not null ? new LogFile(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProxyStartException([$"{(socket is null ? "--log-file" : $"--log-format {format}")}: {e.Message}"]);
        }
    }

    private static Task<AdminServer?> StartAdminAsync(
        IServiceProvider services, ProxyService service, Upgrade upgrade, ConfigPlace place, EtcdFleet? fleet)
    {
        var logging = services.GetRequiredService<ILoggerFactory>();
        var logger = logging.CreateLogger("Proxify");
        var (events, log) = (services.GetRequiredService<EventHistory>(), services.GetRequiredService<LineLogger>());
        var api = new AdminApi(service, place.FullName, upgrade, events, log, fleet, TimeProvider.System, logger);
        IReadOnlyList<AdminRoute> routes = [.. DashboardFiles.Routes, .. api.Routes];
        return AdminServer.StartAsync(service.Server!.Config, place.SocketName, gate => new AdminRouter(routes, gate, logger), logging);
    }

    private static EtcdFleet? StartFleet(IServiceProvider services, ProxyService service)
    {
        if (service.Source is not EtcdSource source)
            return null;
        var views = new ProxyViews(service.Server!, TimeProvider.System);
        var fleet = new EtcdFleet(
            source, service.Server!, () => views.Machine(service), TimeProvider.System, services.GetRequiredService<ILoggerFactory>().CreateLogger("Proxify"));
        fleet.Start();
        return fleet;
    }

    private void Configure(ILoggingBuilder logging, ParseResult parsed, WriteOnlyStream? output) =>
        logging.AddProxifyLog(parsed.GetValue(options.LogFormat)!, LogLevels.Words[parsed.GetValue(options.LogLevel)!], output);

    private IHost BuildHost(
        ParseResult parsed, ConfigPlace place, SteeringOptions? steering, Predecessor? predecessor, WriteOnlyStream? log, OtlpSettings? otlp,
        Action<bool> onReload)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Configure(builder.Logging, parsed, log);
        if (otlp is not null)
            OtlpExport.AddTo(builder, otlp);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(new EventHistory(TimeProvider.System));
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<EventHistory>());
        // Each app's Drain bounds the shutdown, not the host.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddProxify(proxy =>
        {
            if (place.Etcd is { } etcd)
                proxy.Source = logging => new EtcdSource(etcd, TimeProvider.System, logging.CreateLogger("Proxify"));
            else
                proxy.ConfigFile = place.Name;
            proxy.GivenSockets = SocketActivation.Take();
            proxy.Succession = predecessor is null ? null : Upgrade.Succeed(predecessor);
            proxy.Transport = parsed.GetValue(options.Transport)!;
            proxy.Workers = parsed.GetValue(options.Workers);
            proxy.OnReload = onReload;
            proxy.OverridesStore = parsed.GetValue(options.State) is { } state ? new StateFile(state) : null;
            proxy.Steering = steering;
        });
        return builder.Build();
    }

    private int Fail(ParseResult parsed, Predecessor? predecessor, IEnumerable<string> problems)
    {
        var all = problems.ToList();
        foreach (var problem in all)
            Output.WriteProblem(problem, options.IsJson(parsed));
        predecessor?.Refuse(string.Join("; ", all));
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
