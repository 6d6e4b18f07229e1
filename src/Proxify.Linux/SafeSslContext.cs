using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>An SSL_CTX. Each SSL that is made of it has a reference of its own, so it may be disposed while connections live.</summary>
public sealed class SafeSslContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }
}
