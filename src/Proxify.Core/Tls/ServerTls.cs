using Proxify.Configuration;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>TLS with the clients of an app. The same object as long as the config says the same of it.</summary>
internal sealed class ServerTls
{
    private readonly string _signature;
    private volatile TlsContext _current;

    private ServerTls(string signature, TlsContext first) => (_signature, _current) = (signature, first);

    /// <summary>The context that new connections are made of.</summary>
    public TlsContext Current => _current;

    /// <param name="app">Valid.</param>
    /// <param name="path">Where it stands in the config.</param>
    /// <param name="files">Reads what it names.</param>
    /// <param name="previous">That of the model in force; null: there is none.</param>
    /// <returns>Null: its clients speak no TLS, or a file is not good, which <paramref name="files"/> has been told.</returns>
    public static ServerTls? Of(AppConfig app, string path, TlsFiles files, ServerTls? previous)
    {
        if (app.Tls is not { } tls)
            return null;
        var signature = $"{files.Folder}\n{TlsSignature.Of(tls)}";
        if (previous?._signature == signature)
            return previous;
        return ServerContextBuilder.Build(app.Name, tls, $"{path}.{AppOptions.Tls.Name}", files) is { } context ? new ServerTls(signature, context) : null;
    }
}
