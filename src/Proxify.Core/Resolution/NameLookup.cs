using System.Net;
using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>
/// Where answers come from: /etc/hosts, then DNS, except for localhost. Where DNS says that there is no such name, the system's own resolver has the last word
/// (getaddrinfo), which also knows what nsswitch.conf names beyond these two, but no TTL: its answers are asked for again after 30 s.
/// </summary>
/// <param name="timeProvider">The clock.</param>
/// <param name="etc">Where hosts and resolv.conf are.</param>
internal sealed class NameLookup(TimeProvider timeProvider, string etc = "/etc")
{
    private const string Localhost = "localhost";

    /// <summary>How long an answer without a TTL holds: nothing tells of changes.</summary>
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(30);

    /// <summary>How soon a change of /etc/hosts is seen. Asking costs a look at the file's time.</summary>
    private static readonly TimeSpan HostsHoldFor = TimeSpan.FromSeconds(5);

    private static readonly IPAddress[] Loopback = Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];

    private readonly WatchedFile<HostsFile> _hosts = new(Path.Combine(etc, "hosts"), HostsFile.Parse);
    private readonly WatchedFile<ResolvConf> _conf = new(Path.Combine(etc, "resolv.conf"), ResolvConf.Parse);
    private readonly OpenQuestions _open = new(timeProvider);
    private volatile DnsClient? _servers;

    public async Task<NameAnswer> ResolveAsync(ResolvedName name, ResolverSettings settings, CancellationToken stop)
    {
        if (!name.IsService && Known(name.Host, settings) is { } known)
            return known;

        var conf = _conf.Read();
        if (ServersOf(settings, conf) is { } servers)
        {
            // The first full name that exists; a failure ends the search, since what comes later may be another host.
            foreach (var candidate in conf.Candidates(name.Host))
            {
                var answer = name.IsService
                    ? await ServiceAsync(servers, candidate, settings, stop)
                    : await servers.AddressesAsync(candidate, settings.Families, stop);
                if (answer.Addresses.Count > 0 || answer.Unanswered != AddressFamilies.None)
                    return answer;
            }
        }

        return name.IsService || settings.Servers.Length > 0 ? new NameAnswer([], HoldsFor) : await SystemAsync(name.Host, settings, stop);
    }

    /// <summary>
    /// What no server is asked for: names in /etc/hosts, and localhost and all names below it, which are this machine everywhere (RFC 6761, 6.3).
    /// </summary>
    private NameAnswer? Known(string host, ResolverSettings settings)
    {
        var name = host.TrimEnd('.');
        var isLocalhost = name.Equals(Localhost, StringComparison.OrdinalIgnoreCase) || name.EndsWith($".{Localhost}", StringComparison.OrdinalIgnoreCase);
        return new[] { _hosts.Read().Find(name), isLocalhost ? Loopback : [] }.Select(addresses => Of(addresses, HostsHoldFor, settings))
            .FirstOrDefault(a => a.Addresses.Count > 0);
    }

    /// <summary>Null: there are none, as in a container whose names are all in /etc/hosts.</summary>
    private DnsClient? ServersOf(ResolverSettings settings, ResolvConf conf)
    {
        var wanted = settings.Servers.IsEmpty ? conf.Servers : [.. settings.Servers.Select(s => s.ToIPEndPoint())];
        if (wanted.Count == 0)
            return null;
        if (_servers is { } servers && servers.Endpoints.SequenceEqual(wanted))
            return servers;
        return _servers = new DnsClient(wanted, _open, timeProvider);
    }

    private async Task<NameAnswer> ServiceAsync(DnsClient servers, string service, ResolverSettings settings, CancellationToken stop)
    {
        var (records, ttl) = await servers.ServicesAsync(service, stop);
        var inOrder = records.Where(r => r.Port != 0).OrderBy(r => r.Priority).ToList();
        var portless = records.FirstOrDefault(r => r.Port == 0);
        // A weight is a share among those of the same priority (RFC 2782).
        var weights = inOrder.GroupBy(r => r.Priority).SelectMany(equals => ServiceWeights.Of([.. equals.Select(r => r.Weight)])).ToArray();
        var answers = await Task.WhenAll(inOrder.Select(r => HostAsync(servers, r.Target, settings, stop)));
        var addresses = inOrder.SelectMany((record, i) => answers[i].Addresses.Select(a =>
            new ResolvedAddress(a.Endpoint with { Port = record.Port }, weights[i], record.Priority > inOrder[0].Priority)));
        return new NameAnswer(
            [.. addresses], answers.Select(a => a.Ttl).Append(ttl).Min(), answers.Aggregate(AddressFamilies.None, (all, a) => all | a.Unanswered))
        {
            Flaw = portless is null ? null : $"the record for {portless.Target} has port 0, where nobody can be reached",
        };
    }

    /// <summary>The host of a service's record. One that cannot be asked for does not spoil the others.</summary>
    private async Task<NameAnswer> HostAsync(DnsClient servers, string host, ResolverSettings settings, CancellationToken stop)
    {
        if (Known(host, settings) is { } known)
            return known;
        try
        {
            return await servers.AddressesAsync(host, settings.Families, stop);
        }
        catch (NameNotResolvedException)
        {
            return new NameAnswer([], HostsHoldFor, settings.Families);
        }
    }

    private static async Task<NameAnswer> SystemAsync(string host, ResolverSettings settings, CancellationToken stop)
    {
        try
        {
            return Of(await Dns.GetHostAddressesAsync(host, stop), HoldsFor, settings);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return new NameAnswer([], HoldsFor);
        }
        catch (SocketException e)
        {
            throw new NameNotResolvedException(e.Message, e);
        }
    }

    private static NameAnswer Of(IEnumerable<IPAddress> addresses, TimeSpan ttl, ResolverSettings settings) =>
        new([.. addresses.Select(a => new TcpEndpoint(a, 0)).Where(e => settings.Families.HasFlag(e.IsIPv4 ? AddressFamilies.IPv4 : AddressFamilies.IPv6))
            .Select(e => new ResolvedAddress(e))], ttl);
}
