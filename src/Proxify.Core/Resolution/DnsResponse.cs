using System.Net;

namespace Proxify.Resolution;

/// <summary>What a server says to a question.</summary>
/// <param name="Code">RFC 1035, 4.1.1, RCODE.</param>
/// <param name="IsTruncated">There is more than fits into a datagram, and nothing of it here: to be asked for by TCP.</param>
/// <param name="Addresses">Of the name asked for, or of the one that it is an alias of.</param>
/// <param name="Services">SRV records of the name asked for.</param>
/// <param name="Ttl">The shortest of these, aliases on the way included; <see cref="TimeSpan.MaxValue"/> where there are none.</param>
internal sealed record DnsResponse(int Code, bool IsTruncated, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<ServiceRecord> Services, TimeSpan Ttl)
{
    private const int NoError = 0;
    private const int NoSuchName = 3;

    /// <summary>The server knows; if only that there is no such name.</summary>
    public bool IsAnswer => Code is NoError or NoSuchName;

    public string Problem => Code switch
    {
        1 => "it does not understand the question (FORMERR)",
        2 => "it has failed (SERVFAIL)",
        4 => "it does not answer such questions (NOTIMP)",
        5 => "it refuses (REFUSED)",
        _ => $"it answers with code {Code}",
    };
}
