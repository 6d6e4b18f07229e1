namespace Proxify.SystemTests.Harness;

/// <summary>nginx in a lab.</summary>
internal static class Nginx
{
    /// <summary>Serves the files of the lab's directory, and waits until it does.</summary>
    /// <param name="lab">Where it runs.</param>
    /// <param name="port">Where it listens first.</param>
    /// <param name="servers">What its http block has: at least a server that listens on <paramref name="port"/>.</param>
    public static async Task<RunningProcess> StartAsync(Lab lab, int port, string servers)
    {
        var nginx = Tool.Require("nginx", "nginx-light");
        var config = Path.Combine(lab.Directory, $"nginx-{port}.conf");
        await File.WriteAllTextAsync(config, $$"""
            daemon off; master_process off; pid {{lab.Directory}}/nginx-{{port}}.pid; error_log stderr notice;
            events {}
            http { access_log off; client_body_temp_path {{lab.Directory}}; root {{lab.Directory}}; ssl_protocols TLSv1.2 TLSv1.3;
            {{servers}}
            }
            """);
        var server = lab.Start([nginx, "-e", "stderr", "-p", lab.Directory, "-c", config]);
        await server.Errors.WaitAsync(static line => line.Contains("using the", StringComparison.Ordinal));
        await Patience.Eventually(() => !lab.IsRefused(port));
        return server;
    }
}
