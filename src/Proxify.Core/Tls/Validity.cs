namespace Proxify.Tls;

/// <summary>Until when something holds that a file has.</summary>
/// <param name="What">What it is: <c>certificate of web.example</c>, <c>revocation list of CN=clients</c>.</param>
/// <param name="File">The file, as the config names it.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">Until when.</param>
internal sealed record Validity(string What, string File, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Of the app's own, which metrics tell of.</summary>
    public bool IsOwnCertificate { get; init; }

    /// <summary>Where it has expired, nobody is let in whose certificate is looked up in it.</summary>
    public bool IsRevocationList { get; init; }
}
