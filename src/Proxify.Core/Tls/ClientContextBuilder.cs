using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>Makes the context in which targets are spoken to.</summary>
internal static class ClientContextBuilder
{
    /// <summary>Certificates between a target's and an authority.</summary>
    private const int Depth = 10;

    /// <param name="tls">Valid.</param>
    /// <param name="path">Where it stands in the config.</param>
    /// <param name="files">Reads what it names.</param>
    /// <returns>Null: a file is not good, which <paramref name="files"/> has been told.</returns>
    public static TlsContext? Build(TargetTlsConfig tls, string path, TlsFiles files)
    {
        var context = ContextSettings.Create(tls, isServer: false);
        OpenSsl.SetState(context, new ContextState());
        if (tls.Verify)
            Verify(context, tls, path, files);
        if (tls.Certificate is { } file)
        {
            var option = $"{path}.{TargetTlsOptions.Certificate.Name}";
            if (files.ReadKeyed(option, file, $"{path}.{TargetTlsOptions.Key.Name}", tls.Key) is { } keyed)
                ContextSettings.Use(context, keyed, option, file, files);
        }

        if (tls.Alpn.Count > 0)
            ContextSettings.Must(OpenSsl.SetOfferedProtocols(context, ContextSettings.Encode(tls.Alpn)), "protocols");
        if (files.Errors.Count == 0)
            return new TlsContext(context) { IsServer = false, VerifiesPeer = tls.Verify };
        context.Dispose();
        return null;
    }

    private static void Verify(SafeSslContext context, TargetTlsConfig tls, string path, TlsFiles files)
    {
        OpenSsl.VerifyPeers(context, isRequired: true, Depth);
        PeerVerification.SetUp(context);
        if (tls.Authorities.Count == 0)
            ContextSettings.Must(OpenSsl.TrustSystem(context), "system's authorities");
        ContextSettings.Trust(context, tls.Authorities, $"{path}.{TargetTlsOptions.Authorities.Name}", files, asksFor: false);
        ContextSettings.Revoke(context, tls.RevocationLists, $"{path}.{TargetTlsOptions.RevocationLists.Name}", files);
    }
}
