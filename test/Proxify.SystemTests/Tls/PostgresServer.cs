using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>PostgreSQL with the role <c>client</c>: over TLS its certificate has to say so, without TLS everybody is believed.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private Lab? _lab;

    internal Lab Lab => _lab!;

    internal int Port { get; private set; }

    /// <summary>The client's key as libpq takes it: nobody else may read it.</summary>
    internal string ClientKey { get; private set; } = "";

    internal static string Program(string name)
    {
        var newest = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").MaxBy(static path => int.Parse(Path.GetFileName(path))) : null;
        if (newest is null || !File.Exists(Path.Combine(newest, "bin", name)))
            Tool.Missing($"{name} is not installed (apt install postgresql)");
        return Path.Combine(newest!, "bin", name);
    }

    public async ValueTask InitializeAsync()
    {
        _lab = await Lab.CreateAsync();
        Port = Lab.Port();
        ClientKey = await CopyKeyAsync(Certs.Client.KeyPath, "client.key");
        var data = Path.Combine(Lab.Directory, "data");
        await RunAsync(Program("initdb"), "-D", data, "-A", "trust", "-U", "client", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions");
        var serverKey = await CopyKeyAsync(Certs.Server.KeyPath, "server.key");
        await ShellAsync($"cat > {data}/pg_hba.conf; {(Tool.IsRoot ? $"chown postgres {serverKey}" : "")}", """
            hostssl all client 127.0.0.1/32 cert
            hostnossl all client 127.0.0.1/32 trust
            """);
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={Port}", "unix_socket_directories=", "ssl=on", $"ssl_cert_file={Certs.Server.ChainPath}",
            $"ssl_key_file={serverKey}", $"ssl_ca_file={Certs.Root.CertificatePath}", "fsync=off", "shared_buffers=16MB",
        ];
        var server = Lab.Start([.. AsPostgres, Program("postgres"), "-D", data, .. settings.SelectMany(static setting => new[] { "-c", setting })]);
        await server.Errors.WaitAsync(static line => line.Contains("ready to accept connections", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _lab?.DisposeAsync() ?? default;

    /// <summary>PostgreSQL does not run as root.</summary>
    private static string[] AsPostgres => Tool.IsRoot ? [Tool.Require("runuser", "util-linux"), "-u", "postgres", "--"] : [];

    private async Task RunAsync(params string[] command)
    {
        await ShellAsync($"chmod 711 {Lab.Directory}; mkdir {Lab.Directory}/data; {(Tool.IsRoot ? $"chown postgres {Lab.Directory}/data" : "")}");
        (await Lab.RunAsync([.. AsPostgres, .. command])).Succeeded();
    }

    private async Task<string> CopyKeyAsync(string key, string name)
    {
        var copy = Path.Combine(Lab.Directory, name);
        await ShellAsync($"install -m 600 {key} {copy}");
        return copy;
    }

    private async Task ShellAsync(string commands, string input = "") => (await Lab.RunAsync(["sh", "-e", "-c", commands], input)).Succeeded();
}
