using Proxify.Configuration;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>TLS with the targets of an app.</summary>
internal sealed class ClientTls : HotContext
{
    private static readonly Lazy<ClientTls> LazyAnybody = new(static () =>
        Of(new AppConfig { Name = "", Ports = [], Targets = [], TargetTls = new() { Verify = false, Ciphers = "DEFAULT" } }, "", "/", [], previous: null)!);

    private readonly TargetTlsConfig _tls;
    private readonly string _path;
    private readonly TlsPeerName? _name;

    private ClientTls(AppConfig app, string signature, string path, TlsFiles files)
        : base(app.Name, signature, files)
    {
        (_tls, _path) = (app.TargetTls!, path);
        _name = _tls.ServerName is { } name ? TlsPeerName.Of(name) : null;
    }

    /// <inheritdoc cref="ServerTls.Of"/>
    public static ClientTls? Of(AppConfig app, string path, string folder, List<ConfigError> errors, ClientTls? previous)
    {
        if (app.TargetTls is not { } tls)
            return null;
        var signature = TlsSignature.Of(tls);
        if (previous?.IsOf(signature, folder) == true)
            return previous;
        var files = new TlsFiles(folder, previous?.Files);
        var client = new ClientTls(app, signature, $"{path}.{AppOptions.TargetTls.Name}", files);
        if (client.Build(files) is { } context)
        {
            client.Enter(context, files);
            return client;
        }

        errors.AddRange(files.Errors);
        return null;
    }

    /// <summary>With whoever speaks TLS, to see whether it does: nothing is verified, and whatever OpenSSL takes by itself will do.</summary>
    public static ClientTls Anybody => LazyAnybody.Value;

    /// <summary>What a target is called: what the config says, or its own name or address.</summary>
    public TlsPeerName NameOf(string host) => _name ?? TlsPeerName.Of(host);

    protected override TlsContext? Build(TlsFiles files) => ClientContextBuilder.Build(_tls, _path, files);
}
