using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>Any other relay, called as PATH LISTEN_PORT TARGET_PORT, and with CERTIFICATE_FILE KEY_FILE besides where it is to end TLS.</summary>
sealed class SketchContender(FileInfo binary) : Contender("sketch")
{
    public override bool IsCompared => true;

    protected override string Program => binary.FullName;

    protected override string[] Arguments(int listen, IWork work, Workspace workspace) =>
        [$"{listen}", $"{work.Target}", .. work.Certificate is { } certificate ? [certificate.File, certificate.KeyFile] : Array.Empty<string>()];
}
