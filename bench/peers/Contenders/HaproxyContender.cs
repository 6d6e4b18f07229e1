using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

sealed class HaproxyContender() : Contender("haproxy")
{
    public override bool IsPeer => true;

    public override string[] Version => ["haproxy", "-v"];

    protected override string Program => "haproxy";

    // -db: stay in the foreground.
    protected override string[] Arguments(int listen, IWork work, Workspace workspace) =>
        ["-db", "-f", workspace.Expand(work.Certificate is null ? "haproxy.cfg" : "haproxy-tls.cfg", listen, work.Target, work.Certificate)];
}
