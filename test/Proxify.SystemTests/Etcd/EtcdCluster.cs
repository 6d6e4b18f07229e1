using System.Text.Json;

namespace Proxify.SystemTests.Etcd;

/// <summary>An etcd of three members on one machine.</summary>
internal sealed class EtcdCluster
{
    /// <summary>Of the first member; each has a user of its own, by whom packets are told.</summary>
    private const int FirstUser = 64_001;

    private readonly Lab _lab;
    private readonly EtcdServer[] _members;

    private EtcdCluster(Lab lab, EtcdServer[] members)
    {
        (_lab, _members) = (lab, members);
        Store = new Etcdctl(lab, Endpoints);
    }

    public IReadOnlyList<EtcdServer> Members => _members;

    public string Endpoints => string.Join(',', _members.Select(static member => $"127.0.0.1:{member.Port}"));

    /// <summary>Asks whichever member answers.</summary>
    public Etcdctl Store { get; }

    public static async Task<EtcdCluster> StartAsync(Lab lab)
    {
        var places = new[] { "a", "b", "c" }.Select(name => (Name: name, Port: lab.Port(), PeerPort: lab.Port())).ToArray();
        var all = string.Join(',', places.Select(static place => $"{place.Name}=http://127.0.0.1:{place.PeerPort}"));
        // Half of etcd's own, which are made for networks, where a busy machine still keeps the heartbeat.
        string[] arguments = ["--heartbeat-interval", "50", "--election-timeout", "500"];
        var members = places.Select((place, i) => new EtcdServer(lab, place.Name, place.Port, place.PeerPort, all, new()
        {
            Arguments = arguments,
            Prefix = [Tool.Require("setpriv", "util-linux"), "--reuid", $"{FirstUser + i}", "--clear-groups"],
        }));
        var cluster = new EtcdCluster(lab, [.. members]);
        await Task.WhenAll(cluster._members.Select(static member => member.StartAsync()));
        return cluster;
    }

    /// <summary>Who leads; waits until one of those that run does.</summary>
    public async Task<EtcdServer> LeaderAsync()
    {
        EtcdServer? leader = null;
        await Patience.Eventually(async () => (leader = await FindLeaderAsync()) is not null, what: "a leader");
        return leader!;
    }

    /// <summary>From now on one of them and the others do not hear of each other; it hears its clients.</summary>
    /// <returns>Asks the others.</returns>
    public async Task<Etcdctl> CutOffAsync(EtcdServer member)
    {
        var others = _members.Where(other => other != member).ToArray();
        var peers = string.Join(", ", _members.Select(static other => other.PeerPort));
        await NftAsync($$"""
            table inet cut {
                chain out {
                    type filter hook output priority 0
                    meta skuid {{FirstUser + Array.IndexOf(_members, member)}} tcp dport { {{peers}} } drop
                    tcp dport {{member.PeerPort}} drop
                    tcp sport {{member.PeerPort}} drop
                }
            }
            """);
        return new Etcdctl(_lab, string.Join(',', others.Select(static other => $"127.0.0.1:{other.Port}")));
    }

    public Task JoinAsync() => NftAsync("delete table inet cut");

    private async Task NftAsync(string rules) => (await _lab.RunAsync([Tool.Require("nft", "nftables"), "-f", "-"], rules)).Succeeded();

    private async Task<EtcdServer?> FindLeaderAsync()
    {
        // It fails where a member does not answer, and tells of the others.
        var answer = await Store.RunAsync("endpoint", "status", "-w", "json", "--dial-timeout", "200ms", "--command-timeout", "500ms");
        foreach (var endpoint in JsonDocument.Parse(answer.Output).RootElement.EnumerateArray())
        {
            var status = endpoint.GetProperty("Status");
            if (status.TryGetProperty("leader", out var leader) && leader.GetUInt64() == status.GetProperty("header").GetProperty("member_id").GetUInt64())
                return _members.Single(member => endpoint.GetProperty("Endpoint").GetString() == $"127.0.0.1:{member.Port}");
        }

        return null;
    }
}
