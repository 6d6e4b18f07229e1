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

    /// <summary>As they go over the wire (RFC 7301, 3.1): each behind its length.</summary>
    public static byte[] Encode(IReadOnlyList<string> protocols) =>
        [.. protocols.Select(Encoding.ASCII.GetBytes).SelectMany(name => (byte[])[(byte)name.Length, .. name])];

    private static int Number(TlsVersion version) => version == TlsVersion.Tls12 ? OpenSsl.Tls12 : OpenSsl.Tls13;
}
