using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>The certificate that a peer has shown.</summary>
public static unsafe partial class OpenSsl
{
    // x509.h: XN_FLAG_RFC2253 without what escapes letters beyond ASCII (ASN1_STRFLGS_ESC_MSB), which are written as UTF-8.
    private const uint NameAsRfc2253 = 0x1110313;
    private const int CommonNameId = 13; // NID_commonName, obj_mac.h
    private const int BioCtrlInfo = 3;

    /// <summary>SSL_get1_peer_certificate(3): to be given back with <see cref="FreeCertificate"/>; 0: none.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_get1_peer_certificate")]
    public static partial nint PeerCertificate(nint ssl);

    [LibraryImport(Crypto, EntryPoint = "X509_free")]
    public static partial void FreeCertificate(nint certificate);

    public static byte[] EncodeCertificate(nint certificate)
    {
        var length = i2d_X509(certificate, null);
        var der = new byte[Math.Max(length, 0)];
        fixed (byte* start = der)
        {
            var to = start; // moved on by what it writes
            if (length > 0)
                _ = i2d_X509(certificate, &to);
        }

        return der;
    }

    /// <summary>The subject's distinguished name as RFC 2253 writes it: <c>CN=a,O=b</c>.</summary>
    public static string SubjectOf(nint certificate) => NameText(X509_get_subject_name(certificate));

    private static string NameText(nint name)
    {
        var memory = BIO_new(BIO_s_mem());
        if (memory == 0)
            return "";
        _ = X509_NAME_print_ex(memory, name, 0, new CULong(NameAsRfc2253));
        byte* data;
        var length = BIO_ctrl(memory, BioCtrlInfo, 0, &data);
        var subject = System.Text.Encoding.UTF8.GetString(data, (int)length);
        _ = BIO_free(memory);
        return subject;
    }

    /// <summary>The last common name of the subject; null: it has none.</summary>
    public static string? CommonNameOf(nint certificate)
    {
        var name = X509_get_subject_name(certificate);
        var last = -1;
        for (var next = X509_NAME_get_index_by_NID(name, CommonNameId, -1); next >= 0; next = X509_NAME_get_index_by_NID(name, CommonNameId, last))
            last = next;
        return last < 0 ? null : TextOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
    }

    [LibraryImport(Crypto)]
    private static partial int i2d_X509(nint certificate, byte** to);

    [LibraryImport(Crypto)]
    private static partial nint BIO_s_mem();

    [LibraryImport(Crypto)]
    private static partial nint BIO_ctrl(nint bio, int command, nint number, void* pointer);

    [LibraryImport(Crypto)]
    private static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport(Crypto)]
    private static partial int X509_NAME_print_ex(nint bio, nint name, int indent, CULong flags);

    [LibraryImport(Crypto)]
    private static partial int X509_NAME_get_index_by_NID(nint name, int id, int after);

    [LibraryImport(Crypto)]
    private static partial nint X509_NAME_get_entry(nint name, int index);

    [LibraryImport(Crypto)]
    private static partial nint X509_NAME_ENTRY_get_data(nint entry);

    [LibraryImport(Crypto)]
    private static partial int ASN1_STRING_to_UTF8(byte** text, nint data);

    [LibraryImport(Crypto)]
    private static partial void CRYPTO_free(void* memory, byte* file, int line);
}
