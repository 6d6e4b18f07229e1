namespace Proxify.Tls;

/// <summary>Until when something holds that a file has.</summary>
/// <param name="What">What it is: <c>certificate of web.example</c>, <c>revocation list of CN=clients</c>.</param>
/// <param name="File">The file, as the config names it.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">Until when.</param>
internal sealed record Validity(string What, string File, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Days before the end at which it is told; 0: it has come.</summary>
    private static readonly int[] Notices = [0, 1, 7, 30];

    /// <summary>Of the app's own, which metrics tell of.</summary>
    public bool IsOwnCertificate { get; init; }

    /// <summary>Where it has expired, nobody is let in whose certificate is looked up in it.</summary>
    public bool IsRevocationList { get; init; }

    /// <summary>
    /// Within how many days it ends: 30, 7 or 1; 0: it has expired; null: it is not time to tell. What holds for some days only, as a response of OCSP and
    /// some certificates do, is renewed late: of it nothing is told in the first two thirds of its time.
    /// </summary>
    public int? NoticeAt(DateTimeOffset now)
    {
        var left = Until - now;
        if (left > (Until - From) / 3)
            return null;
        foreach (var days in Notices)
        {
            if (left <= TimeSpan.FromDays(days))
                return days;
        }

        return null;
    }
}
