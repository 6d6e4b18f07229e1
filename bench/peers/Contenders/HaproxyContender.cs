namespace Proxify.Peers.Contenders;

sealed class HaproxyContender() : Contender("haproxy")
{
    public override bool IsPeer => true;

    public override string[] Version => ["haproxy", "-v"];

    protected override string Program => "haproxy";

    // -db: stay in the foreground.
    protected override string[] Arguments(int listen, int target, Certificate? certificate, Workspace workspace) =>
        ["-db", "-f", workspace.Expand(certificate is null ? "haproxy.cfg" : "haproxy-tls.cfg", listen, target, certificate)];
}
