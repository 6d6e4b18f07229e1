using Proxify.Configuration;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>TLS with the targets of an app. The same object as long as the config says the same of it.</summary>
internal sealed class ClientTls
{
    private readonly string _signature;
    private readonly TlsPeerName? _name;
    private volatile TlsContext _current;

    private ClientTls(string signature, TlsContext first, string? name) =>
        (_signature, _current, _name) = (signature, first, name is null ? null : TlsPeerName.Of(name));

    /// <summary>The context that new connections are made of.</summary>
    public TlsContext Current => _current;

    /// <summary>What a target is called: what the config says, or its own name or address.</summary>
    public TlsPeerName NameOf(string host) => _name ?? TlsPeerName.Of(host);

    /// <inheritdoc cref="ServerTls.Of"/>
    public static ClientTls? Of(AppConfig app, string path, TlsFiles files, ClientTls? previous)
    {
        if (app.TargetTls is not { } tls)
            return null;
        var signature = $"{files.Folder}\n{TlsSignature.Of(tls)}";
        if (previous?._signature == signature)
            return previous;
        return ClientContextBuilder.Build(tls, $"{path}.{AppOptions.TargetTls.Name}", files) is { } context
            ? new ClientTls(signature, context, tls.ServerName) : null;
    }
}
