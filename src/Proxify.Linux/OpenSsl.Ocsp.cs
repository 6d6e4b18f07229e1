using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>OCSP responses (RFC 6960).</summary>
public static unsafe partial class OpenSsl
{
    /// <summary>What a response says of a certificate; null: it is none, it says nothing of this one, or its responder has given none.</summary>
    /// <param name="response">DER.</param>
    /// <param name="certificate">The certificate, told by its serial number.</param>
    /// <returns>Whether it is good, and from when until when the answer holds.</returns>
    public static (bool IsGood, DateTimeOffset From, DateTimeOffset Until)? ReadOcsp(ReadOnlySpan<byte> response, SafeX509 certificate)
    {
        fixed (byte* first = response)
        {
            var next = first;
            var outer = d2i_OCSP_RESPONSE(null, &next, response.Length);
            var basic = outer == 0 ? 0 : OCSP_response_get1_basic(outer);
            var found = basic == 0 ? null : Read(certificate, x509 => Find(basic, X509_get0_serialNumber(x509)));
            OCSP_BASICRESP_free(basic);
            OCSP_RESPONSE_free(outer);
            ERR_clear_error();
            return found;
        }
    }

    private static (bool, DateTimeOffset, DateTimeOffset)? Find(nint basic, nint serial)
    {
        for (var i = 0; i < OCSP_resp_count(basic); i++)
        {
            var single = OCSP_resp_get0(basic, i);
            nint number, thisUpdate, nextUpdate;
            if (OCSP_id_get0_info(null, null, null, &number, OCSP_SINGLERESP_get0_id(single)) != 1 || ASN1_INTEGER_cmp(number, serial) != 0)
                continue;
            const int Good = 0; // V_OCSP_CERTSTATUS_GOOD
            var isGood = OCSP_single_get0_status(single, null, null, &thisUpdate, &nextUpdate) == Good;
            return (isGood, TimeOf(thisUpdate), TimeOf(nextUpdate));
        }

        return null;
    }

    [LibraryImport(Crypto)]
    private static partial nint d2i_OCSP_RESPONSE(nint* into, byte** data, nint length);

    [LibraryImport(Crypto)]
    private static partial nint OCSP_response_get1_basic(nint response);

    [LibraryImport(Crypto)]
    private static partial void OCSP_RESPONSE_free(nint response);

    [LibraryImport(Crypto)]
    private static partial void OCSP_BASICRESP_free(nint basic);

    [LibraryImport(Crypto)]
    private static partial int OCSP_resp_count(nint basic);

    [LibraryImport(Crypto)]
    private static partial nint OCSP_resp_get0(nint basic, int index);

    [LibraryImport(Crypto)]
    private static partial nint OCSP_SINGLERESP_get0_id(nint single);

    [LibraryImport(Crypto)]
    private static partial int OCSP_id_get0_info(nint* nameHash, nint* algorithm, nint* keyHash, nint* serial, nint id);

    [LibraryImport(Crypto)]
    private static partial int OCSP_single_get0_status(nint single, int* reason, nint* revokedAt, nint* thisUpdate, nint* nextUpdate);

    [LibraryImport(Crypto)]
    private static partial nint X509_get0_serialNumber(nint certificate);

    [LibraryImport(Crypto)]
    private static partial int ASN1_INTEGER_cmp(nint one, nint other);
}
