using System.Runtime.InteropServices;
using System.Text;

namespace Proxify.Linux;

/// <summary>Whom a certificate is of.</summary>
public static unsafe partial class OpenSsl
{
    /// <summary>Kinds of alternative names: x509v3.h.</summary>
    public const int NameEmail = 1;
    public const int NameDns = 2;
    public const int NameUri = 6;
    public const int NameAddress = 7;

    private const int AlternativeNamesId = 85; // NID_subject_alt_name, obj_mac.h
    private const int LongestAttribute = 80;

    /// <summary>The attributes of the subject by OpenSSL's short names (<c>CN</c>), or by number where they have none, and their values.</summary>
    /// <param name="certificate">X509.</param>
    public static IReadOnlyList<(string Attribute, string Value)> SubjectParts(nint certificate)
    {
        var name = X509_get_subject_name(certificate);
        var parts = new List<(string, string)>();
        for (var i = 0; i < X509_NAME_entry_count(name); i++)
        {
            var entry = X509_NAME_get_entry(name, i);
            if (TextOf(X509_NAME_ENTRY_get_data(entry)) is { } value)
                parts.Add((AttributeOf(X509_NAME_ENTRY_get_object(entry)), value));
        }

        return parts;
    }

    /// <summary>The alternative names that are e-mail addresses, DNS names, URIs and IP addresses, with their kinds.</summary>
    /// <param name="certificate">X509.</param>
    /// <returns>None where they cannot be read, or where one has a zero in it, which would end it for others sooner than for us.</returns>
    public static IReadOnlyList<(int Kind, string Name)> AlternativeNames(nint certificate)
    {
        var names = new List<(int, string)>();
        var stack = X509_get_ext_d2i(certificate, AlternativeNamesId, null, null);
        if (stack == 0)
            return names;
        for (var i = 0; i < OPENSSL_sk_num(stack); i++)
        {
            int kind;
            var value = GENERAL_NAME_get0_value(OPENSSL_sk_value(stack, i), &kind);
            if (kind is not (NameEmail or NameDns or NameUri or NameAddress))
                continue;
            var bytes = new ReadOnlySpan<byte>((void*)ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
            if (kind != NameAddress)
                names.Add((kind, Encoding.Latin1.GetString(bytes)));
            else if (bytes.Length is 4 or 16)
                names.Add((kind, new System.Net.IPAddress(bytes).ToString()));
        }

        GENERAL_NAMES_free(stack);
        return names.Exists(name => name.Item2.Contains('\0', StringComparison.Ordinal)) ? [] : names;
    }

    private static string? TextOf(nint value)
    {
        byte* text;
        var length = ASN1_STRING_to_UTF8(&text, value);
        if (length < 0)
            return null;
        var result = Encoding.UTF8.GetString(text, length);
        CRYPTO_free(text, null, 0);
        return result;
    }

    private static string AttributeOf(nint identifier)
    {
        var id = OBJ_obj2nid(identifier);
        if (id != 0)
            return Text(OBJ_nid2sn(id))!;
        var text = stackalloc byte[LongestAttribute];
        _ = OBJ_obj2txt(text, LongestAttribute, identifier, 1);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    [LibraryImport(Crypto)]
    private static partial int X509_NAME_entry_count(nint name);

    [LibraryImport(Crypto)]
    private static partial nint X509_NAME_ENTRY_get_object(nint entry);

    [LibraryImport(Crypto)]
    private static partial int OBJ_obj2nid(nint identifier);

    [LibraryImport(Crypto)]
    private static partial byte* OBJ_nid2sn(int id);

    [LibraryImport(Crypto)]
    private static partial int OBJ_obj2txt(byte* text, int size, nint identifier, int asNumber);

    [LibraryImport(Crypto)]
    private static partial nint X509_get_ext_d2i(nint certificate, int id, int* critical, int* index);

    [LibraryImport(Crypto)]
    private static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Crypto)]
    private static partial nint OPENSSL_sk_value(nint stack, int index);

    [LibraryImport(Crypto)]
    private static partial nint GENERAL_NAME_get0_value(nint name, int* kind);

    [LibraryImport(Crypto)]
    private static partial void GENERAL_NAMES_free(nint stack);

    [LibraryImport(Crypto)]
    private static partial nint ASN1_STRING_get0_data(nint value);

    [LibraryImport(Crypto)]
    private static partial int ASN1_STRING_length(nint value);
}
