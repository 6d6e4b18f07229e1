using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>Twitter's proxy for redis and memcached, which Debian calls nutcracker: the requests of all clients over one connection to the server.</summary>
sealed class TwemproxyContender() : Contender("twemproxy")
{
    public override bool IsPeer => true;

    public override bool SharesConnections => true;

    public override string[] Version => ["nutcracker", "--version"];

    public override bool Suits(IWork work) => work.Protocol is "redis" or "memcached";

    protected override string Program => "nutcracker";

    protected override string[] Arguments(int listen, IWork work, Workspace workspace)
    {
        // One server, so how keys are spread over servers matters only by what it costs: the cheapest of each. One connection is its authors' advice.
        var config = workspace.Write("twemproxy.yml", $"""
            bench:
              listen: 127.0.0.1:{listen}
              redis: {(work.Protocol == "redis" ? "true" : "false")}
              hash: one_at_a_time
              distribution: modula
              preconnect: true
              server_connections: 1
              backlog: 16384
              servers:
               - 127.0.0.1:{work.Target}:1

            """);
        // Errors only, and its statistics where nobody else listens.
        return ["--conf-file", config, "--output", "/dev/stderr", "--verbose", "1", "--stats-addr", "127.0.0.1", "--stats-port", $"{Ports.Next()}",
            "--pid-file", config + ".pid"];
    }
}
