using System.Globalization;
using System.Net;

namespace Proxify.Resolution;

/// <summary>/etc/resolv.conf (resolv.conf(5)): which servers to ask, and what a short name may stand for.</summary>
internal sealed record ResolvConf(IReadOnlyList<IPEndPoint> Servers, IReadOnlyList<string> Search, int Dots)
{
    private const int DnsPort = 53;
    private const int MostServers = 3; // MAXNS
    private const int LongestName = 254; // with the final dot (RFC 1035, 2.3.4)
    private const int MostDots = 15; // RES_MAXNDOTS

    public static ResolvConf Parse(IEnumerable<string> lines)
    {
        List<IPEndPoint> servers = [];
        string[] search = [];
        var dots = 1;
        foreach (var line in lines)
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var text, ..] when servers.Count < MostServers && IPAddress.TryParse(text, out var address):
                    servers.Add(new IPEndPoint(address, DnsPort));
                    break;
                case ["search" or "domain", .. var domains]: // the last line of them holds
                    search = [.. domains.Select(d => d.Trim('.')).Where(d => d.Length > 0)];
                    break;
                case ["options", .. var options]:
                    foreach (var option in options)
                    {
                        if (option.StartsWith("ndots:", StringComparison.Ordinal)
                            && int.TryParse(option.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                            dots = Math.Min(number, MostDots);
                    }

                    break;
            }
        }

        return new ResolvConf(servers, search, dots);
    }

    /// <summary>The full names that a name may stand for, in the order in which to ask for them.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.'))
            return [name];
        var full = $"{name}.";
        var searched = Search.Select(domain => $"{name}.{domain}.").Where(candidate => candidate.Length <= LongestName);
        return name.Count(c => c == '.') >= Dots ? [full, .. searched] : [.. searched, full];
    }
}
