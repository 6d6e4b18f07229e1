using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Program.Admin;

/// <summary>Answers those who run the proxy, over HTTP/1.1 on a UNIX socket and where the config says so. Nothing of it touches a session.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    /// <summary>Answers that are on their way at the end are waited for, for so long.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMilliseconds(250);

    private const int LongestBody = 64 * 1024;

    /// <summary>Of requests that wait for their turn, of one connection.</summary>
    private const int LongestWaiting = 64 * 1024;

    private readonly KestrelServer _kestrel;
    private readonly Socket? _socket;

    private AdminServer(KestrelServer kestrel, Socket? socket) => (_kestrel, _socket) = (kestrel, socket);

    /// <param name="given">In force at the start.</param>
    /// <param name="configFile">Of which the socket may have the name.</param>
    /// <param name="router">Answers.</param>
    /// <param name="logging">For what cannot be, and for the server's own trouble.</param>
    /// <returns>Null: the config wants none, or there is no place for it, which is logged.</returns>
    /// <exception cref="Hosting.ProxyStartException">The config says where it is to listen, and it cannot be there.</exception>
    public static async Task<AdminServer?> StartAsync(ProxyConfig given, string configFile, Func<AdminGate, AdminRouter> router, ILoggerFactory logging)
    {
        var logger = logging.CreateLogger("Proxify");
        var config = given.Admin;
        var socket = Listen(given, configFile, logger);
        if (socket is null && config.Listen.Count == 0)
            return null;

        var kestrel = new KestrelServer(Options.Create(Configure(config, socket, logger)), new AdminListener.Factory(socket, logger), logging);
        try
        {
            await kestrel.StartAsync(new Application(router(new AdminGate(config, given.Folder, Libc.EffectiveGroup))), CancellationToken.None);
        }
        catch (IOException e)
        {
            kestrel.Dispose();
            socket?.Dispose();
            throw new Hosting.ProxyStartException([$"Admin.Listen: {e.Message}"]);
        }

        AdminLog.AdminListening(logger, string.Join(", ",
            config.Listen.Select(endpoint => $"http://{endpoint}").Prepend(socket?.LocalEndPoint?.ToString()).OfType<string>()));
        return new AdminServer(kestrel, socket);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(LongestAnswer); // streams of events have no end
        await _kestrel.StopAsync(limit.Token);
        _kestrel.Dispose();
        _socket?.Dispose(); // which takes its name away
    }

    private static Socket? Listen(ProxyConfig given, string configFile, ILogger logger)
    {
        var config = given.Admin;
        if (config.Socket == AdminOptions.Off)
            return null;
        var places = config.Socket is { } path ? [Path.GetFullPath(path, given.Folder)] : AdminSocket.Places(configFile);
        var socket = AdminSocket.TryListen(places, out var problem);
        if (socket is null && config.Socket is not null)
            throw new Hosting.ProxyStartException([$"Admin.Socket: {problem}"]);
        if (socket is null)
            AdminLog.NoAdminSocket(logger, problem);
        return socket;
    }

    private static KestrelServerOptions Configure(AdminConfig config, Socket? socket, ILogger logger)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = LongestBody;
        options.Limits.MaxRequestBufferSize = LongestWaiting;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        if (socket is not null)
            options.Listen(socket.LocalEndPoint!, Http1);
        foreach (var endpoint in config.Listen)
            options.Listen(endpoint, Http1);
        return options;

        void Http1(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => new AdminConnections(next, logger, TimeProvider.System).HandleAsync);
        }
    }

    private sealed class Application(AdminRouter router) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => router.AnswerAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
