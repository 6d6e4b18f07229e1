using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// A BIO without a socket: TLS takes its bytes from, and leaves them in, memory that the calling thread has set out (<see cref="OpenSslBuffers"/>).
/// </summary>
public static unsafe partial class OpenSsl
{
    // bio.h
    private const int BioTypeSourceSink = 0x0400;
    private const int BioFlagRead = 0x01;
    private const int BioFlagShouldRetry = 0x08;
    private const int BioFlagsOfRetry = 0x0f;
    private const int BioCtrlFlush = 11;

    private static readonly nint Method = NewMethod();

    [ThreadStatic]
    private static OpenSslBuffers* _buffers;

    /// <summary>What the session that is driven next, on this thread, reads from and writes to.</summary>
    public static OpenSslBuffers* Buffers => _buffers is null ? _buffers = NewBuffers() : _buffers;

    /// <summary>Has no state but its flags: each session has its own. 0 when memory is short.</summary>
    public static nint NewBio()
    {
        var bio = BIO_new(Method);
        if (bio != 0)
            BIO_set_init(bio, 1);
        return bio;
    }

    private static OpenSslBuffers* NewBuffers() => (OpenSslBuffers*)NativeMemory.AllocZeroed((nuint)sizeof(OpenSslBuffers));

    private static nint NewMethod()
    {
        nint method;
        fixed (byte* name = "proxify"u8)
            method = BIO_meth_new(BIO_get_new_index() | BioTypeSourceSink, name);
        if (method == 0
            || BIO_meth_set_read(method, &OnRead) != 1
            || BIO_meth_set_write(method, &OnWrite) != 1
            || BIO_meth_set_ctrl(method, &OnControl) != 1)
        {
            throw new InvalidOperationException("BIO_meth_new failed: out of memory");
        }

        return method;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(nint bio, byte* to, int length)
    {
        var taken = _buffers->Take(to, length);
        if (taken > 0)
        {
            BIO_clear_flags(bio, BioFlagsOfRetry);
            return taken;
        }

        BIO_set_flags(bio, BioFlagRead | BioFlagShouldRetry);
        return -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(nint bio, byte* from, int length)
    {
        BIO_clear_flags(bio, BioFlagsOfRetry);
        _buffers->Put(from, length);
        return length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnControl(nint bio, int command, nint number, void* pointer) => command == BioCtrlFlush ? 1 : 0;

    [LibraryImport(Crypto)]
    private static partial int BIO_get_new_index();

    [LibraryImport(Crypto)]
    private static partial nint BIO_meth_new(int type, byte* name);

    [LibraryImport(Crypto)]
    private static partial int BIO_meth_set_read(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> read);

    [LibraryImport(Crypto)]
    private static partial int BIO_meth_set_write(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> write);

    [LibraryImport(Crypto)]
    private static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged[Cdecl]<nint, int, nint, void*, nint> control);

    [LibraryImport(Crypto)]
    private static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    private static partial void BIO_set_init(nint bio, int init);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    private static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    private static partial void BIO_clear_flags(nint bio, int flags);
}
