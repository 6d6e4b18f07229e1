using System.Text;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>What the contexts of both sides have alike.</summary>
internal static class ContextSettings
{
    /// <summary>A context with the versions and algorithms of a policy, which is valid.</summary>
    /// <exception cref="InvalidOperationException">OpenSSL refuses what the validator has let pass.</exception>
    public static SafeSslContext Create(TlsPolicyConfig policy, bool isServer)
    {
        var context = OpenSsl.NewContext(isServer);
        var profile = TlsProfileValues.Of(policy.Profile);
        var (min, max) = TlsProfileValues.Versions(policy);
        // The chain that is sent is the one in the file: OpenSSL would otherwise put one together of the authorities for the peers.
        // What becomes of a write that finds no room is up to the connection.
        OpenSsl.SetMode(context, OpenSsl.ModeEnablePartialWrite | OpenSsl.ModeAcceptMovingWriteBuffer | OpenSsl.ModeNoAutoChain | OpenSsl.ModeReleaseBuffers);
        OpenSsl.SetOptions(context, OpenSsl.OptionNoCompression | OpenSsl.OptionNoRenegotiation);
        OpenSsl.DisableSessionCache(context);
        Must(OpenSsl.SetVersions(context, Number(min), Number(max)), "versions");
        Must(OpenSsl.SetCiphers(context, policy.Ciphers ?? profile.Ciphers), "ciphers");
        Must(OpenSsl.SetCipherSuites(context, policy.CipherSuites ?? profile.CipherSuites), "cipher suites");
        Must(OpenSsl.SetGroups(context, policy.Curves ?? profile.Curves), "curves");
        return context;
    }

    public static void Must(bool done, string what)
    {
        if (!done)
            throw new InvalidOperationException($"OpenSSL does not take the {what}: {OpenSsl.TakeError()}");
    }

    /// <summary>A certificate that is shown to peers. One that cannot be used, since its key is too small, for one, is told.</summary>
    public static void Use(SafeSslContext context, KeyedCertificate certificate, string option, string file, TlsFiles files)
    {
        if (!OpenSsl.UseCertificate(context, certificate.Chain[0], certificate.Key, certificate.Chain.Skip(1)))
            files.Fail(option, file, $"cannot be used: {OpenSsl.TakeError()}");
    }

    /// <summary>The authorities that chains may lead to.</summary>
    /// <param name="context">Whose peers have these chains.</param>
    /// <param name="authorities">PEM files.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="files">Reads them.</param>
    /// <param name="asksFor">Peers are told that certificates of these are asked for.</param>
    public static void Trust(SafeSslContext context, IReadOnlyList<string> authorities, string path, TlsFiles files, bool asksFor)
    {
        for (var i = 0; i < authorities.Count; i++)
        {
            foreach (var authority in PemReading.Authorities(files, $"{path}[{i}]", authorities[i]))
            {
                using (authority)
                    Must(OpenSsl.Trust(context, authority) && (!asksFor || OpenSsl.AskFor(context, authority)), "authority");
            }
        }
    }

    /// <summary>The lists in which all certificates of chains are looked up.</summary>
    public static void Revoke(SafeSslContext context, IReadOnlyList<string> lists, string path, TlsFiles files)
    {
        for (var i = 0; i < lists.Count; i++)
        {
            foreach (var list in PemReading.RevocationLists(files, $"{path}[{i}]", lists[i]))
            {
                using (list)
                    Must(OpenSsl.Revoke(context, list), "revocation list");
            }
        }
    }

    /// <summary>As they go over the wire (RFC 7301, 3.1): each behind its length.</summary>
    public static byte[] Encode(IReadOnlyList<string> protocols) =>
        [.. protocols.Select(Encoding.ASCII.GetBytes).SelectMany(name => (byte[])[(byte)name.Length, .. name])];

    private static int Number(TlsVersion version) => version == TlsVersion.Tls12 ? OpenSsl.Tls12 : OpenSsl.Tls13;
}
