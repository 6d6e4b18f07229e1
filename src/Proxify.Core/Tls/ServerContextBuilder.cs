using System.Security.Cryptography;
using System.Text;
using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>Makes the context in which clients are served.</summary>
internal static class ServerContextBuilder
{
    private static readonly TimeSpan TicketLife = TimeSpan.FromHours(2);

    /// <param name="app">The app's name: no session of one is resumed in another.</param>
    /// <param name="tls">Valid.</param>
    /// <param name="path">Where it stands in the config.</param>
    /// <param name="files">Reads what it names.</param>
    /// <returns>Null: a file is not good, which <paramref name="files"/> has been told.</returns>
    public static TlsContext? Build(string app, TlsConfig tls, string path, TlsFiles files)
    {
        var errors = files.Errors.Count;
        var context = ContextSettings.Create(tls, isServer: true);
        OpenSsl.SetAutomaticDh(context);
        UseCertificates(context, tls, path, files);
        var clients = tls.ClientCertificates is { Mode: not ClientCertificateMode.Off } asked ? asked : null;
        if (clients is not null)
            AskForCertificates(context, clients, $"{path}.{TlsOptions.ClientCertificates.Name}", files);
        if (files.Errors.Count > errors)
        {
            context.Dispose();
            return null;
        }

        ContextSettings.Must(OpenSsl.SetSessionIdContext(context, SHA256.HashData(Encoding.UTF8.GetBytes(app))), "session id");
        OpenSsl.SetSessionTimeout(context, TicketLife);
        OpenSsl.SetTicketCount(context, tls.Tickets);
        if (tls.Tickets == 0)
            OpenSsl.SetOptions(context, OpenSsl.OptionNoTicket); // Otherwise TLS 1.2 has one all the same.
        OpenSsl.SetState(context, new ServerContextState(ContextSettings.Encode(tls.Alpn)));
        if (tls.Alpn.Count > 0)
            ServerContextState.SelectProtocols(context);
        return new TlsContext(context) { IsServer = true, VerifiesPeer = clients is not null };
    }

    /// <summary>Of those with the same kind of key the first is used.</summary>
    private static void UseCertificates(SafeSslContext context, TlsConfig tls, string path, TlsFiles files)
    {
        var used = new HashSet<int>();
        for (var i = 0; i < tls.Certificates.Count; i++)
        {
            var (here, config) = ($"{path}.{TlsOptions.Certificates.Name}[{i}]", tls.Certificates[i]);
            var certificateOption = $"{here}.{CertificateOptions.Certificate.Name}";
            using var keyed = files.ReadKeyed(certificateOption, config.Certificate, $"{here}.{CertificateOptions.Key.Name}", config.Key);
            if (keyed is not null && used.Add(keyed.Kind) && !OpenSsl.UseCertificate(context, keyed.Chain[0], keyed.Key, keyed.Chain.Skip(1)))
                files.Fail(certificateOption, config.Certificate, $"cannot be used: {OpenSsl.TakeError()}"); // its key is too small, for one
        }
    }

    private static void AskForCertificates(SafeSslContext context, ClientCertificatesConfig clients, string path, TlsFiles files)
    {
        OpenSsl.VerifyPeers(context, clients.Mode == ClientCertificateMode.Require, clients.Depth);
        foreach (var authority in Trust(context, clients.Authorities, $"{path}.{ClientCertificatesOptions.Authorities.Name}", files))
        {
            OpenSsl.AskFor(context, authority);
            authority.Dispose();
        }

        Revoke(context, clients.RevocationLists, $"{path}.{ClientCertificatesOptions.RevocationLists.Name}", files);
    }

    /// <summary>The authorities of these files.</summary>
    internal static List<SafeX509> Trust(SafeSslContext context, IReadOnlyList<string> authorities, string path, TlsFiles files)
    {
        var all = new List<SafeX509>();
        for (var i = 0; i < authorities.Count; i++)
            all.AddRange(files.ReadCertificates($"{path}[{i}]", authorities[i]));
        all.ForEach(authority => OpenSsl.Trust(context, authority));
        return all;
    }

    internal static void Revoke(SafeSslContext context, IReadOnlyList<string> lists, string path, TlsFiles files)
    {
        for (var i = 0; i < lists.Count; i++)
        {
            foreach (var list in files.ReadRevocationLists($"{path}[{i}]", lists[i]))
            {
                OpenSsl.Revoke(context, list);
                list.Dispose();
            }
        }
    }
}
