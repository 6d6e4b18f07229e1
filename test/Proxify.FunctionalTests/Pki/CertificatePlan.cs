using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Proxify.Pki;

/// <summary>What a certificate is to be.</summary>
internal sealed record CertificatePlan
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>DNS names.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>Whether it is of 127.0.0.1 and ::1, too.</summary>
    public bool IsLocal { get; init; }

    /// <summary>What it may be used for (extended key usage); empty: for anything.</summary>
    public string[] Usages { get; init; } = [];

    /// <summary>From now on.</summary>
    public TimeSpan From { get; init; } = TimeSpan.FromHours(-1);

    /// <summary>From now on.</summary>
    public TimeSpan Until { get; init; } = TimeSpan.FromDays(1);

    /// <summary>RSA 2048 instead of ECDSA P-256.</summary>
    public bool IsRsa { get; init; }

    public static CertificatePlan ForServer(params string[] names) => new() { Names = names, IsLocal = true, Usages = [ServerUsage] };

    /// <summary>The extension with all names; none where there is no name.</summary>
    public X509Extension? Alternatives()
    {
        if (Names.Length == 0 && !IsLocal)
            return null;
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in Names)
            names.AddDnsName(name);
        if (IsLocal)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        return names.Build();
    }
}
