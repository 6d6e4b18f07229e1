using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>Asks DNS servers, in their order, for full names. Each server is waited for twice, and no answer is kept here: how long it holds is for who asks to say.</summary>
/// <param name="servers">At least one.</param>
internal sealed class DnsServers(IReadOnlyList<IPEndPoint> servers)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>A thousand names at once would overrun the servers' sockets, and cost two seconds each for what they lose.</summary>
    private static readonly SemaphoreSlim Asking = new(100);

    private readonly LookupClient _client = new(new LookupClientOptions([.. servers])
    {
        AutoResolveNameServers = false,
        UseCache = false,
        Timeout = LongestWait,
        Retries = 1,
        // Each server is asked by itself, see AskAsync.
        UseRandomNameServer = false,
        ThrowDnsErrors = false,
    });

    public IReadOnlyList<IPEndPoint> Servers => servers;

    /// <returns>The addresses of both families; none when there is no such name.</returns>
    /// <exception cref="NameNotResolvedException">Neither family has had an answer.</exception>
    public async Task<NameAnswer> AddressesAsync(string name, CancellationToken stop)
    {
        var asked = await Task.WhenAll(AskAsync(name, QueryType.A, stop), AskAsync(name, QueryType.AAAA, stop));
        if (asked.All(a => a.Problem is not null))
            throw new NameNotResolvedException(asked[0].Problem!);

        var records = asked.SelectMany(a => a.Answers).ToList();
        var unanswered = (asked[0].Problem is null ? AddressFamilies.None : AddressFamilies.IPv4) | (asked[1].Problem is null ? AddressFamilies.None : AddressFamilies.IPv6);
        return new NameAnswer([.. records.OfType<AddressRecord>().Select(r => new ResolvedAddress(new TcpEndpoint(r.Address, 0)))], Shortest(records), unanswered);
    }

    /// <returns>The records of a service; empty when there is no such service.</returns>
    /// <exception cref="NameNotResolvedException">There was no answer.</exception>
    public async Task<(IReadOnlyList<SrvRecord> Records, TimeSpan Ttl)> ServicesAsync(string name, CancellationToken stop)
    {
        var (answers, problem) = await AskAsync(name, QueryType.SRV, stop);
        if (problem is not null)
            throw new NameNotResolvedException(problem);

        // A target of "." says that the service is decidedly not available (RFC 2782).
        return ([.. answers.OfType<SrvRecord>().Where(r => r.Target.Value != ".")], Shortest(answers));
    }

    /// <summary>The first server that answers has the last word, also when it says that there is no such name: the client would go on to the others, and take their silence for no answer.</summary>
    private async Task<(IReadOnlyList<DnsResourceRecord> Answers, string? Problem)> AskAsync(string name, QueryType type, CancellationToken stop)
    {
        await Asking.WaitAsync(stop);
        try
        {
            string? problem = null;
            foreach (var server in servers)
            {
                try
                {
                    var response = await _client.QueryServerAsync([server], name, type, QueryClass.IN, stop);
                    if (response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain)
                        return (response.Answers, null);
                    problem = response.ErrorMessage;
                }
                catch (DnsResponseException e)
                {
                    problem = e.InnerException?.Message ?? e.DnsError;
                }
            }

            return ([], problem);
        }
        finally
        {
            Asking.Release();
        }
    }

    // Records on the way (CNAME) count as well.
    private static TimeSpan Shortest(IReadOnlyCollection<DnsResourceRecord> records) =>
        records.Count == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(records.Min(r => r.InitialTimeToLive));
}
