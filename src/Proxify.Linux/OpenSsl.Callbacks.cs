using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>What OpenSSL asks us in a handshake, and the object that an SSL_CTX takes along for it.</summary>
public static unsafe partial class OpenSsl
{
    private const int IndexOfContexts = 1; // CRYPTO_EX_INDEX_SSL_CTX

    private static readonly Lazy<int> StateIndex = new(() => CRYPTO_get_ex_new_index(IndexOfContexts, 0, null, null, null, &FreeState));

    /// <summary>
    /// Ties an object to a context: callbacks find it by <see cref="StateOf{T}"/> as long as the context or a connection made of it is there. It must not hold
    /// the context's handle, which would then hold itself.
    /// </summary>
    public static void SetState(SafeSslContext context, object state)
    {
        var handle = GCHandle.Alloc(state);
        if (SSL_CTX_set_ex_data(context, StateIndex.Value, GCHandle.ToIntPtr(handle)) != 1)
            handle.Free();
    }

    /// <summary>The object that the context of a connection (SSL) has.</summary>
    public static T StateOf<T>(nint ssl)
        where T : class => Unsafe.As<T>(GCHandle.FromIntPtr(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), StateIndex.Value)).Target!);

    /// <param name="context">A server's.</param>
    /// <param name="select">SSL_CTX_set_alpn_select_cb(3).</param>
    public static void SetProtocolSelection(SafeSslContext context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, void*, int> select) =>
        SSL_CTX_set_alpn_select_cb(context, select, null);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FreeState(nint parent, nint pointer, nint data, int index, long number, void* argument)
    {
        if (pointer != 0)
            GCHandle.FromIntPtr(pointer).Free();
    }

    [LibraryImport(Crypto)]
    private static partial int CRYPTO_get_ex_new_index(
        int kind, long number, void* argument, void* create, void* duplicate, delegate* unmanaged[Cdecl]<nint, nint, nint, int, long, void*, void> free);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_ex_data(SafeSslContext context, int index, nint data);

    [LibraryImport(Ssl)]
    private static partial nint SSL_CTX_get_ex_data(nint context, int index);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get_SSL_CTX(nint ssl);

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_alpn_select_cb(
        SafeSslContext context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, void*, int> select, void* argument);
}
