using System.Text.Json;

namespace Proxify.SystemTests.Etcd;

/// <summary>An etcd of three members on one machine.</summary>
internal sealed class EtcdCluster
{
    private readonly EtcdServer[] _members;

    private EtcdCluster(Lab lab, EtcdServer[] members)
    {
        _members = members;
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
        var setup = new EtcdSetup { Arguments = ["--heartbeat-interval", "50", "--election-timeout", "500"] };
        var cluster = new EtcdCluster(lab, [.. places.Select(place => new EtcdServer(lab, place.Name, place.Port, place.PeerPort, all, setup))]);
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
