using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Certificates, keys and revocation lists, from PEM.</summary>
public static unsafe partial class OpenSsl
{
    /// <summary>Reason of the error of a text that has no (further) object of the kind asked for: openssl/pemerr.h.</summary>
    private const int NoStartLine = 108;

    private const int ReasonMask = 0x7fffff;

    /// <summary>
    /// All certificates of a PEM text, in its order. Null where one cannot be read; <see cref="TakeError"/> says why. Other objects in it are passed over.
    /// </summary>
    public static IReadOnlyList<SafeX509>? ReadCertificates(ReadOnlySpan<byte> pem) => ReadAll(pem, &Next);

    /// <summary>All revocation lists of a PEM text, as <see cref="ReadCertificates"/>.</summary>
    public static IReadOnlyList<SafeCrl>? ReadRevocationLists(ReadOnlySpan<byte> pem) => ReadAll(pem, &NextCrl);

    /// <summary>The first private key of a PEM text that is not encrypted. Null where there is none; <see cref="TakeError"/> says why.</summary>
    public static SafePrivateKey? ReadPrivateKey(ReadOnlySpan<byte> pem)
    {
        Begin();
        fixed (byte* first = pem)
        {
            var bio = BIO_new_mem_buf(first, pem.Length);
            ERR_clear_error();
            var key = PEM_read_bio_PrivateKey(bio, null, &NoPassword, null);
            _ = BIO_free(bio);
            if (!key.IsInvalid)
                return key;
            key.Dispose();
            return null;
        }
    }

    /// <summary>Whether the key is that of the certificate.</summary>
    public static bool Fits(SafeX509 certificate, SafePrivateKey key) => X509_check_private_key(certificate, key) == 1;

    /// <summary>The kind of a key: a context has one certificate for each.</summary>
    public static int KindOf(SafePrivateKey key) => EVP_PKEY_get_base_id(key);

    /// <summary>Reads from a certificate what the calls say that take an X509.</summary>
    public static T Read<T>(SafeX509 certificate, Func<nint, T> read)
    {
        var held = false;
        certificate.DangerousAddRef(ref held);
        try
        {
            return read(certificate.DangerousGetHandle());
        }
        finally
        {
            certificate.DangerousRelease();
        }
    }

    /// <summary>The distinguished name of who has issued a list, as <see cref="SubjectOf"/>.</summary>
    public static string IssuerOf(SafeCrl list) => NameText(X509_CRL_get_issuer(list));

    private static List<T>? ReadAll<T>(ReadOnlySpan<byte> pem, delegate*<nint, T> next)
        where T : SafeHandle
    {
        Begin();
        var all = new List<T>();
        fixed (byte* first = pem)
        {
            var bio = BIO_new_mem_buf(first, pem.Length);
            ERR_clear_error();
            while (next(bio) is var item)
            {
                if (!item.IsInvalid)
                {
                    all.Add(item);
                    continue;
                }

                item.Dispose();
                break;
            }

            _ = BIO_free(bio);
        }

        if ((ERR_peek_last_error() & ReasonMask) == NoStartLine)
        {
            ERR_clear_error();
            return all;
        }

        all.ForEach(item => item.Dispose());
        return null;
    }

    private static SafeX509 Next(nint bio) => PEM_read_bio_X509(bio, null, &NoPassword, null);

    private static SafeCrl NextCrl(nint bio) => PEM_read_bio_X509_CRL(bio, null, &NoPassword, null);

    /// <summary>Without this OpenSSL would ask at the terminal.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int NoPassword(byte* buffer, int size, int isWriting, void* user) => -1;

    [LibraryImport(Crypto)]
    private static partial nint BIO_new_mem_buf(byte* buffer, int length);

    [LibraryImport(Crypto)]
    private static partial int BIO_free(nint bio);

    [LibraryImport(Crypto)]
    private static partial SafeX509 PEM_read_bio_X509(nint bio, void* into, delegate* unmanaged[Cdecl]<byte*, int, int, void*, int> password, void* user);

    [LibraryImport(Crypto)]
    private static partial SafeCrl PEM_read_bio_X509_CRL(nint bio, void* into, delegate* unmanaged[Cdecl]<byte*, int, int, void*, int> password, void* user);

    [LibraryImport(Crypto)]
    private static partial SafePrivateKey PEM_read_bio_PrivateKey(
        nint bio, void* into, delegate* unmanaged[Cdecl]<byte*, int, int, void*, int> password, void* user);

    [LibraryImport(Crypto)]
    private static partial int X509_check_private_key(SafeX509 certificate, SafePrivateKey key);

    [LibraryImport(Crypto)]
    private static partial int EVP_PKEY_get_base_id(SafePrivateKey key);

    [LibraryImport(Crypto)]
    private static partial nint X509_CRL_get_issuer(SafeCrl list);

    [LibraryImport(Crypto)]
    internal static partial void X509_free(nint certificate);

    [LibraryImport(Crypto)]
    internal static partial void X509_CRL_free(nint list);

    [LibraryImport(Crypto)]
    internal static partial void EVP_PKEY_free(nint key);
}
