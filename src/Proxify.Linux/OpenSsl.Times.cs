using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Until when certificates and lists hold.</summary>
public static unsafe partial class OpenSsl
{
    /// <param name="certificate">X509.</param>
    public static DateTimeOffset NotAfter(nint certificate) => TimeOf(X509_get0_notAfter(certificate));

    /// <param name="certificate">X509.</param>
    public static DateTimeOffset NotBefore(nint certificate) => TimeOf(X509_get0_notBefore(certificate));

    /// <summary>When a list was made.</summary>
    public static DateTimeOffset LastUpdate(SafeCrl list) => TimeOf(X509_CRL_get0_lastUpdate(list));

    /// <summary>When a list's issuer will have published the next one at the latest; the end of time: it does not say.</summary>
    public static DateTimeOffset NextUpdate(SafeCrl list) => TimeOf(X509_CRL_get0_nextUpdate(list));

    /// <summary>
    /// The first of the moments at which a certificate of the peer's chain, as it was verified, is no longer in force; the end of time: there is none.
    /// </summary>
    /// <param name="ssl">A connection after its handshake.</param>
    public static DateTimeOffset ChainNotAfter(nint ssl)
    {
        var chain = SSL_get0_verified_chain(ssl);
        var first = DateTimeOffset.MaxValue;
        for (var i = 0; chain != 0 && i < OPENSSL_sk_num(chain); i++)
        {
            if (NotAfter(OPENSSL_sk_value(chain, i)) is var end && end < first)
                first = end;
        }

        return first;
    }

    /// <param name="time">ASN1_TIME; 0: none.</param>
    internal static DateTimeOffset TimeOf(nint time)
    {
        BrokenDownTime parts;
        if (time == 0 || ASN1_TIME_to_tm(time, &parts) != 1)
            return DateTimeOffset.MaxValue;
        var (year, month) = (parts.Year + 1900, parts.Month + 1);
        return year is < 1 or > 9999
            ? DateTimeOffset.MaxValue
            : new DateTimeOffset(year, month, parts.Day, parts.Hour, parts.Minute, Math.Min(parts.Second, 59), TimeSpan.Zero);
    }

    [LibraryImport(Crypto)]
    private static partial nint X509_get0_notAfter(nint certificate);

    [LibraryImport(Crypto)]
    private static partial nint X509_get0_notBefore(nint certificate);

    [LibraryImport(Crypto)]
    private static partial nint X509_CRL_get0_nextUpdate(SafeCrl list);

    [LibraryImport(Crypto)]
    private static partial nint X509_CRL_get0_lastUpdate(SafeCrl list);

    [LibraryImport(Crypto)]
    private static partial int ASN1_TIME_to_tm(nint time, BrokenDownTime* parts);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get0_verified_chain(nint ssl);

    /// <summary>struct tm.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct BrokenDownTime
    {
        public int Second;
        public int Minute;
        public int Hour;
        public int Day;
        public int Month;
        public int Year;
        public int WeekDay;
        public int YearDay;
        public int IsSummer;
        public nint Offset;
        public nint Zone;
    }
}
