using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>The library that .NET's TLS needs. It is loaded at the first handshake, and where there is none the runtime ends the process.</summary>
public static class OpenSsl
{
    /// <summary>The names that the runtime tries: System.Security.Cryptography.Native, opensslshim.c.</summary>
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>Asked anew each time: it may be installed meanwhile.</summary>
    public static bool IsHere()
    {
        var version = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        return Names.Prepend($"libssl.so.{version}").Any(static name => NativeLibrary.TryLoad(name, out _));
    }
}
