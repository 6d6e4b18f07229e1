using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Program.Logging;
using Proxify.Steering;
using Proxify.Transport;

namespace Proxify.Program.Commands;

/// <summary>The main job: run the proxy until a signal.</summary>
internal sealed class RunCommand
{
    private readonly Option<string> _config = SharedOptions.Config();

    private readonly Option<bool> _steering = new("--bpf", "-b") { Description = "One listener, and eBPF steering of every configured port to it (needs root, or CAP_BPF and CAP_NET_ADMIN)." };

    private readonly Option<int> _port = new("--port", "-p") { Description = "The listener's port with -b.", HelpName = "PORT", DefaultValueFactory = _ => 8080 };

    private readonly Option<string> _transport = OneOf("--transport", "How connections are handled.", [.. Transports.Names]);

    private readonly Option<int> _workers = new("--workers") { Description = "Threads of the uring transport; 0, the default, is one per two processors.", HelpName = "N" };

    private readonly Option<string> _logFormat = OneOf("--log-format", "How log lines look.", "text", "json");

    private readonly Option<string> _logLevel = OneOf("--log-level", "The least level that is logged; session records are info.", [.. LogLevels.Words.Keys]);

    public RunCommand()
    {
        _logLevel.DefaultValueFactory = _ => "info";
        _workers.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && (!int.TryParse(token.Value, out var workers) || workers is < 0 or > 1024))
                result.AddError($"--workers: \"{token.Value}\" is no number of threads; expected 0-1024");
        });
        _port.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && (!int.TryParse(token.Value, out var port) || port is < 1 or > 65535))
                result.AddError($"-p: \"{token.Value}\" is not a port; expected 1-65535");
        });
    }

    public IEnumerable<Option> Options => [_config, _steering, _port, _transport, _workers, _logFormat, _logLevel];

    /// <summary>What one option alone cannot tell.</summary>
    public void Check(CommandResult result)
    {
        if (result.GetResult(_port) is { Implicit: false } && !result.GetValue(_steering))
            result.AddError("-p: only steering has a port of its own; use it with -b");
    }

    public async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_config)!;
        if (ConfigFile.IsPipe(file))
            return await FailAsync([$"{file}: is a pipe; expected a file, as it is read again whenever it changes"]);
        Libc.RaiseOpenFilesLimit();
        SteeringProgram? steering = null;
        if (parsed.GetValue(_steering))
        {
            try
            {
                steering = SteeringStart.Run(file, parsed.GetValue(_port), logging => Configure(logging, parsed));
            }
            catch (SteeringException e)
            {
                return await FailAsync(e.Details is null ? [$"proxify: {e.Message}"] : [$"proxify: {e.Message}", e.Details]);
            }
        }

        using var signals = new Signals();
        using var host = BuildHost(parsed, steering);
        var service = host.Services.GetRequiredService<ProxyService>();
        var systemd = new SystemdNotifier();
        service.OnReload = starting => Tell(systemd, starting ? Reloading() : ServiceState.Ready);
        // Before the start, which a reload then waits for: a SIGHUP that nobody handles ends the process.
        signals.OnHangUp(() => _ = service.ReloadAsync());
        try
        {
            await host.StartAsync(CancellationToken.None);
        }
        catch (InvalidConfigException e)
        {
            return await FailAsync(e.Errors.Select(error => error.ToString(file)));
        }
        catch (ProxyStartException e)
        {
            return await FailAsync(e.Problems.Select(problem => $"proxify: {problem}"));
        }

        Tell(systemd, ServiceState.Ready);

        await signals.Stop;
        Tell(systemd, ServiceState.Stopping);
        await host.StopAsync(CancellationToken.None);
        return ExitCode.Success;
    }

    private void Configure(ILoggingBuilder logging, ParseResult parsed) =>
        logging.AddProxifyConsole(parsed.GetValue(_logFormat) == "json", LogLevels.Words[parsed.GetValue(_logLevel)!]);

    private IHost BuildHost(ParseResult parsed, SteeringProgram? steering)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Configure(builder.Logging, parsed);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        // Each app's Drain bounds the shutdown, not the host.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddProxify(options =>
        {
            options.ConfigFile = parsed.GetValue(_config);
            options.Transport = parsed.GetValue(_transport)!;
            options.Workers = parsed.GetValue(_workers);
            options.Steering = steering is null ? null : new SteeringOptions(steering, parsed.GetValue(_port));
        });
        return builder.Build();
    }

    private static async Task<int> FailAsync(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            await Console.Error.WriteLineAsync(problem);
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
    private static ServiceState Reloading() => new($"RELOADING=1\nMONOTONIC_USEC={System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000)}");

    private static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), DefaultValueFactory = _ => values[0] };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && !values.Contains(token.Value))
                result.AddError($"{name}: \"{token.Value}\" is unknown; expected one of: {string.Join(", ", values)}");
        });
        return option;
    }
}
