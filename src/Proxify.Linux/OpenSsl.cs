using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// OpenSSL 3, loaded at the first call. The machine's own, so that its security updates are; plain TCP does without. Also what .NET's TLS needs: it loads it at
/// the first handshake, and where there is none the runtime ends the process.
/// </summary>
public static unsafe partial class OpenSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    /// <summary>The names that the runtime tries: System.Security.Cryptography.Native, opensslshim.c.</summary>
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];

    private const ulong NoAtExit = 0x80000;

    /// <summary>Connections may be served until the process is gone, so OpenSSL must not clean up at exit, as it would by itself.</summary>
    private static readonly Lazy<int> Begun = new(() => OPENSSL_init_ssl(NoAtExit, 0));

    /// <summary>Asked anew each time: it may be installed meanwhile.</summary>
    public static bool IsHere()
    {
        var version = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        return Names.Prepend($"libssl.so.{version}").Any(static name => NativeLibrary.TryLoad(name, out _));
    }

    /// <summary>Before any other call.</summary>
    private static void Begin() => _ = Begun.Value;

    [LibraryImport(Ssl)]
    private static partial int OPENSSL_init_ssl(ulong options, nint settings);
}
