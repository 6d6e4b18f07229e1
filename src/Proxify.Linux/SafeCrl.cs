using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>A reference to an X509_CRL, a revocation list.</summary>
public sealed class SafeCrl() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.X509_CRL_free(handle);
        return true;
    }
}
