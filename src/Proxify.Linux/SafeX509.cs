using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>A reference to an X509, a certificate.</summary>
public sealed class SafeX509() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>Takes over a reference.</summary>
    internal SafeX509(nint x509)
        : this() => SetHandle(x509);

    protected override bool ReleaseHandle()
    {
        OpenSsl.X509_free(handle);
        return true;
    }
}
