namespace Proxify.Peers.Contenders;

/// <summary>Any other relay, called as PATH LISTEN_PORT TARGET_PORT, and with CERTIFICATE_FILE KEY_FILE besides where it is to end TLS.</summary>
sealed class SketchContender(FileInfo binary) : Contender("sketch")
{
    public override bool IsCompared => true;

    protected override string Program => binary.FullName;

    protected override string[] Arguments(int listen, int target, Certificate? certificate, Workspace workspace) =>
        [$"{listen}", $"{target}", .. certificate is null ? Array.Empty<string>() : [certificate.File, certificate.KeyFile]];
}
