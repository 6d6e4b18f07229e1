using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>A reference to an EVP_PKEY with its private part, which OpenSSL wipes when the last one goes.</summary>
public sealed class SafePrivateKey() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.EVP_PKEY_free(handle);
        return true;
    }
}
