namespace Proxify.Peers.Contenders;

sealed class NginxContender() : Contender("nginx")
{
    public override bool IsPeer => true;

    public override string[] Version => ["nginx", "-v"];

    protected override string Program => "nginx";

    // -e: before it has read the config it would log to /var/log.
    protected override string[] Arguments(int listen, int target, Certificate? certificate, Workspace workspace) =>
        ["-e", "stderr", "-c", workspace.Expand(certificate is null ? "nginx.conf" : "nginx-tls.conf", listen, target, certificate)];
}
