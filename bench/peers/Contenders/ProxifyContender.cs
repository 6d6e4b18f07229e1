using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>The proxify binary, with the transport that the name after the colon asks for.</summary>
class ProxifyContender(FileInfo binary, string name, string? transport = null) : Contender(name)
{
    public override bool IsCompared => true;

    public override string[] Version => [binary.FullName, "--version"];

    /// <summary>Of the one that was started last.</summary>
    public string? AdminSocket { get; private set; }

    protected override string Program => binary.FullName;

    protected override string[] Arguments(int listen, IWork work, Workspace workspace)
    {
        // No access log, as with the peers.
        var config = workspace.Write("config.json", $$"""
            {
              "Apps": [ { "Name": "bench", "Ports": [{{listen}}], "Targets": ["127.0.0.1:{{work.Target}}"]{{AppOptions(work)}} } ],
              "AccessLog": { "Sample": 0 },
              "Admin": { "Socket": "admin-{{listen}}.sock" }
            }
            """);
        AdminSocket = Path.Combine(Path.GetDirectoryName(config)!, $"admin-{listen}.sock");
        string[] arguments = ["--config", config, "--log-level", "warn"];
        return transport is null ? arguments : [.. arguments, "--transport", transport];
    }

    /// <summary>More of the app, each option with a comma before it.</summary>
    protected virtual string AppOptions(IWork work) => work.Certificate is { } certificate
        ? $$""", "Tls": { "Certificates": [ { "Certificate": "{{certificate.File}}", "Key": "{{certificate.KeyFile}}" } ] }"""
        : "";
}
