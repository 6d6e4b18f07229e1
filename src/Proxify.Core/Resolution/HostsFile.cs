using System.Net;

namespace Proxify.Resolution;

/// <summary>/etc/hosts (hosts(5)): names of this machine's own choice, which come before DNS.</summary>
internal sealed class HostsFile
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public static HostsFile Parse(IEnumerable<string> lines)
    {
        var hosts = new HostsFile();
        foreach (var line in lines)
        {
            var words = line.Split('#', 2)[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out var address))
                continue;
            foreach (var name in words.Skip(1))
            {
                if (!hosts._addresses.TryGetValue(name, out var addresses))
                    hosts._addresses.Add(name, addresses = []);
                addresses.Add(address);
            }
        }

        return hosts;
    }

    /// <summary>All addresses of a name, from all of its lines; empty when it is not there.</summary>
    public IReadOnlyList<IPAddress> Find(string name) => _addresses.GetValueOrDefault(name.TrimEnd('.')) ?? [];
}
