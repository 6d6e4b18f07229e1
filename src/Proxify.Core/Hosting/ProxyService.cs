using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Steering;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>Runs a <see cref="ProxyServer"/> inside a .NET host and keeps it up to date with its config file.</summary>
public sealed class ProxyService : IHostedService, IAsyncDisposable
{
    private const int MostProblemsLogged = 10;
    private const string WhereAllAre = " (proxify check prints every one)";

    private readonly ProxyOptions _options;
    private readonly ILoggerFactory _loggerFactory;
    private readonly TimeProvider _timeProvider;
    private readonly IMeterFactory? _meterFactory;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _reloading = new(1);
    private readonly IConfigSource? _source;
    private volatile bool _stopping;

    public ProxyService(ProxyOptions options, ILoggerFactory loggerFactory, TimeProvider timeProvider, IMeterFactory? meterFactory = null)
    {
        _options = options;
        _loggerFactory = loggerFactory;
        _timeProvider = timeProvider;
        _meterFactory = meterFactory;
        _logger = loggerFactory.CreateLogger("Proxify");
        _source = options.Source?.Invoke(loggerFactory) ?? (options.ConfigFile is { } file ? new ConfigFileSource(file, timeProvider) : null);
    }

    /// <summary>The running server; null before the start.</summary>
    public ProxyServer? Server { get; private set; }

    /// <summary>Where the config comes from; null: from code.</summary>
    internal IConfigSource? Source => _source;

    /// <summary>What the latest reload of the config file has come to; null: there was none.</summary>
    internal ReloadResult? LastReload { get; private set; }

    /// <exception cref="InvalidConfigException">The config has errors.</exception>
    /// <exception cref="ProxyStartException">This machine does not allow what the config asks for.</exception>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile; nothing is left running.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Watched before it is read, so no change falls between the two; a reload waits until the start is over.
        await _reloading.WaitAsync(CancellationToken.None);
        try
        {
            _source?.Follow(read => ReloadAsync(() => Task.FromResult(read())));
            Server = _source is not null ? await StartServerAsync(_source, cancellationToken)
                : await StartServerAsync(
                    _options.Config ?? throw new InvalidOperationException("ProxyOptions needs a Config or a ConfigFile."), cancellationToken);
        }
        catch
        {
            // A refused start leaves nothing behind, and may be tried again.
            _source?.Dispose();
            throw;
        }
        finally
        {
            _reloading.Release();
        }
    }

    private async Task<ProxyServer> StartServerAsync(IConfigSource source, CancellationToken cancellationToken)
    {
        try
        {
            var server = await StartServerAsync(await source.LoadAsync(cancellationToken), cancellationToken);
            source.Conclude([]);
            return server;
        }
        catch (InvalidConfigException e)
        {
            IReadOnlyList<string> problems = [.. e.Errors.Select(error => error.ToString(source.Name))];
            if (source.LastGood(problems) is not { } good)
                throw;
            var server = await StartServerAsync(good, cancellationToken);
            Reject(server, problems, WhereAllAre);
            return server;
        }
    }

    private async Task<ProxyServer> StartServerAsync(ConfigResult read, CancellationToken cancellationToken)
    {
        try
        {
            return await StartServerAsync(Checked(read), cancellationToken);
        }
        catch (InvalidConfigException e)
        {
            throw new InvalidConfigException(read.Locate(e.Errors));
        }
    }

    private async Task<ProxyServer> StartServerAsync(ProxyConfig config, CancellationToken cancellationToken)
    {
        var transport = CreateTransport();
        ProxyServer? server = null;
        try
        {
            server = new ProxyServer(
                config, transport, _loggerFactory, _timeProvider, _meterFactory, _options.Steering, _options.OverridesStore, _options.Succession,
                _options.GivenSockets);
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            // Until there is a server, which owns it, the transport is ours.
            await (server?.DisposeAsync() ?? transport.DisposeAsync());
            throw;
        }
    }

    /// <summary>Reads the config file again and applies it. A bad file is logged and changes nothing; without a config file this does nothing.</summary>
    public Task ReloadAsync() => _source is null ? Task.CompletedTask : ReloadAsync(() => _source.LoadAsync(CancellationToken.None));

    /// <param name="read">Called when it is this reload's turn, so that a file read earlier is never applied later.</param>
    private async Task ReloadAsync(Func<Task<ConfigResult>> read)
    {
        await _reloading.WaitAsync();
        try
        {
            if (Server is { } server && !_stopping)
                await ReloadAsync(server, read);
        }
        catch (Exception e)
        {
            // A defect, or OnReload's: a reload has no caller who could be told, and must not keep others from theirs.
            HostingLog.ReloadFailed(_logger, e);
        }
        finally
        {
            _reloading.Release();
        }
    }

    private async Task ReloadAsync(ProxyServer server, Func<Task<ConfigResult>> read)
    {
        var seen = await read();
        _options.OnReload?.Invoke(true);
        try
        {
            await server.ApplyAsync(Checked(seen));
            server.RecordReload(applied: true);
            LastReload = new ReloadResult(_timeProvider.GetUtcNow(), []);
            _source!.Conclude([]);
        }
        catch (InvalidConfigException e)
        {
            Reject(server, [.. seen.Locate(e.Errors).Select(error => error.ToString(_source!.Name))], WhereAllAre);
        }
        catch (ProxyStartException e)
        {
            Reject(server, e.Problems);
        }
        catch (OperationCanceledException)
        {
            // The server is being stopped: nothing was applied, and nothing is wrong with the file.
        }
        catch (Exception)
        {
            server.RecordReload(applied: false);
            throw;
        }
        finally
        {
            _options.OnReload?.Invoke(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // No reload begins any more: it would change nothing and tell the service manager that all is well.
        _stopping = true;
        _source?.Dispose();
        return Server?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes of this once as a singleton and once as a hosted service.
        _source?.Dispose();
        if (Server is not null)
            await Server.DisposeAsync();
    }

    private ITransport CreateTransport()
    {
        try
        {
            var transport = Transports.Create(_options.Transport, _timeProvider, _options.Workers, out var fallback);
            if (fallback is not null)
                HostingLog.TransportFallback(_logger, fallback);
            foreach (var limitation in transport.Limitations)
                HostingLog.TransportLimited(_logger, transport.Name, limitation);
            return transport;
        }
        catch (NotSupportedException e)
        {
            throw new ProxyStartException([e.Message]);
        }
    }

    /// <summary>Here, where the file's text is still known, so that steering's own rules are told with line and column as well.</summary>
    private ProxyConfig Checked(ConfigResult result) =>
        (_options.Steering is { } steering ? result.ValidateForSteering(steering.Port, KernelLayout.MaxApps) : result).ConfigOrThrow();

    private void Reject(ProxyServer server, IReadOnlyList<string> problems, string whereAllAre = "")
    {
        var more = problems.Count > MostProblemsLogged ? $"; and {problems.Count - MostProblemsLogged} more{whereAllAre}" : "";
        HostingLog.ConfigRejected(_logger, string.Join("; ", problems.Take(MostProblemsLogged)) + more);
        server.RecordReload(applied: false);
        LastReload = new ReloadResult(_timeProvider.GetUtcNow(), problems);
        _source!.Conclude(problems);
    }
}
