using Proxify.Configuration;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>TLS with the clients of an app.</summary>
internal sealed class ServerTls : HotContext
{
    private readonly TlsConfig _tls;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly Lock _sealing = new();
    private TicketSecrets _random;
    private ServerContext? _built;
    private ServerContext? _server;

    private ServerTls(string app, TlsConfig tls, string signature, string path, TlsFiles files, TicketSecrets random, TimeProvider clock)
        : base(app, signature, files) => (_tls, _path, _random, _clock) = (tls, path, random, clock);

    /// <param name="app">Valid.</param>
    /// <param name="path">Where it stands in the config.</param>
    /// <param name="folder">What relative paths are relative to.</param>
    /// <param name="errors">Takes what is wrong with its files.</param>
    /// <param name="previous">That of the model in force; null: there is none.</param>
    /// <param name="clock">For what has expired.</param>
    /// <returns>Null: its clients speak no TLS, or there are errors.</returns>
    public static ServerTls? Of(AppConfig app, string path, string folder, List<ConfigError> errors, ServerTls? previous, TimeProvider? clock = null)
    {
        if (app.Tls is not { } tls)
            return null;
        // libpq 17 leaves a server that does not agree on it, where TLS begins at once.
        if (app.StartTls == StartTlsProtocol.Postgres && tls.Alpn.Count == 0)
            tls = tls with { Alpn = ["postgresql"] };
        var signature = TlsSignature.Of(tls);
        if (previous?.IsOf(signature, folder) == true)
            return previous;
        var files = new TlsFiles(folder, previous?.Files);
        // Tickets that were sealed with the random secret go on, unless the rules about clients have changed.
        var server = new ServerTls(app.Name, tls, signature, $"{path}.{AppOptions.Tls.Name}", files, previous?._random ?? TicketSecrets.Random(null),
            clock ?? TimeProvider.System);
        if (server.Build(files) is { } context)
        {
            server.Enter(context, files);
            return server;
        }

        errors.AddRange(files.Errors);
        return null;
    }

    /// <summary>Replaces the random secret of tickets, where there is one. What the one before has sealed can be opened until the next time.</summary>
    public void RotateSecret()
    {
        lock (_sealing)
        {
            _random = TicketSecrets.Random(_random);
            if (_server is { } server && _tls.TicketKeys.Count == 0)
                server.State.Tickets = _random.Derive(server.Purpose);
        }
    }

    protected override TlsContext? Build(TlsFiles files)
    {
        lock (_sealing)
        {
            _built = new ServerContextBuilder(App, _tls, _path, files).Build(_random, _clock);
            return _built?.Context;
        }
    }

    protected override void Enter(TlsContext context, TlsFiles files)
    {
        lock (_sealing)
        {
            _server = _built;
            // The secret may have been replaced since the context was built.
            if (_tls.TicketKeys.Count == 0)
                _server!.State.Tickets = _random.Derive(_server.Purpose);
        }

        base.Enter(context, files);
    }
}
