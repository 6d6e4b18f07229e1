using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

sealed class NginxContender() : Contender("nginx")
{
    public override bool IsPeer => true;

    public override string[] Version => ["nginx", "-v"];

    protected override string Program => "nginx";

    // -e: before it has read the config it would log to /var/log.
    protected override string[] Arguments(int listen, IWork work, Workspace workspace) =>
        ["-e", "stderr", "-c", workspace.Expand(work.Certificate is null ? "nginx.conf" : "nginx-tls.conf", listen, work.Target, work.Certificate)];
}
