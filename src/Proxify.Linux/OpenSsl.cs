using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// OpenSSL 3, loaded at the first call. The machine's own, so that its security updates are; plain TCP does without.
/// </summary>
public static unsafe partial class OpenSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    private const ulong NoAtExit = 0x80000;

    /// <summary>Connections may be served until the process is gone, so OpenSSL must not clean up at exit, as it would by itself.</summary>
    private static readonly Lazy<int> Begun = new(() => OPENSSL_init_ssl(NoAtExit, 0));

    /// <summary>Asked anew each time: it may be installed meanwhile. An older OpenSSL, which has another name, is none.</summary>
    public static bool IsHere() => NativeLibrary.TryLoad(Ssl, out _);

    /// <summary>Before any other call.</summary>
    private static void Begin() => _ = Begun.Value;

    [LibraryImport(Ssl)]
    private static partial int OPENSSL_init_ssl(ulong options, nint settings);
}
