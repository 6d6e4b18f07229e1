namespace Proxify.Peers.Contenders;

/// <summary>The proxify binary, with the transport that the name after the colon asks for.</summary>
sealed class ProxifyContender(FileInfo binary, string? transport) : Contender(transport is null ? "proxify" : $"proxify:{transport}")
{
    public override bool IsCompared => true;

    public override string[] Version => [binary.FullName, "--version"];

    protected override string Program => binary.FullName;

    protected override string[] Arguments(int listen, int target, Certificate? certificate, Workspace workspace)
    {
        var tls = certificate is null
            ? "" : $$""", "Tls": { "Certificates": [ { "Certificate": "{{certificate.File}}", "Key": "{{certificate.KeyFile}}" } ] }""";
        // No access log, as with the peers.
        var config = workspace.Write("config.json", $$"""
            {
              "Apps": [ { "Name": "bench", "Ports": [{{listen}}], "Targets": ["127.0.0.1:{{target}}"]{{tls}} } ],
              "AccessLog": { "Sample": 0 }
            }
            """);
        string[] arguments = ["--config", config, "--log-level", "warn"];
        return transport is null ? arguments : [.. arguments, "--transport", transport];
    }
}
