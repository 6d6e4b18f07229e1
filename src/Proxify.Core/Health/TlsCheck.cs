using System.Net.Security;

namespace Proxify.Health;

/// <summary>A TLS handshake, whatever the certificate.</summary>
internal sealed class TlsCheck : ICheckType
{
    // TLS clients want a name; certificates are not looked at.
    private const string NoName = "target";

    public string Name => "tls";

    public bool NeedsAnswer => true;

    public async ValueTask<Stream> OpenAsync(Stream connection, string? serverName, CancellationToken limit)
    {
        var tls = new SslStream(connection);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(serverName), limit);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Options(string? name) => new()
    {
        TargetHost = name ?? NoName,
        // A check asks whether the target answers, not who it is; sessions are not decrypted here.
#pragma warning disable CA5359
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };
}
