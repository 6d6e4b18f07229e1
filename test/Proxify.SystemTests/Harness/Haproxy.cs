namespace Proxify.SystemTests.Harness;

/// <summary>HAProxy, as client, as server, or as both.</summary>
internal static class Haproxy
{
    /// <summary>Serves, and waits until it does.</summary>
    /// <param name="lab">Where it runs.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="sections">Its config behind <c>defaults</c>, which are for HTTP.</param>
    public static async Task<RunningProcess> StartAsync(Lab lab, int port, string sections)
    {
        var config = Path.Combine(lab.Directory, $"haproxy-{port}.cfg");
        await File.WriteAllTextAsync(config, $"""
            defaults
                mode http
                timeout connect 30s
                timeout client 30s
                timeout server 30s
            {sections}

            """);
        var server = lab.Start([Tool.Require("haproxy", "haproxy"), "-db", "-f", config]);
        await Patience.Eventually(() => !lab.IsRefused(port));
        return server;
    }
}
