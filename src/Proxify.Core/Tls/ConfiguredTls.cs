using Proxify.Configuration;

namespace Proxify.Tls;

/// <summary>Looks at the TLS of a config as a start would.</summary>
internal static class ConfiguredTls
{
    /// <summary>What is wrong with the files that a valid config names.</summary>
    public static IReadOnlyList<ConfigError> FindErrors(ProxyConfig config)
    {
        var errors = new List<ConfigError>();
        for (var i = 0; i < config.Apps.Count; i++)
        {
            ServerTls.Of(config.Apps[i], $"Apps[{i}]", config.Folder, errors, previous: null)?.Current.Dispose();
            ClientTls.Of(config.Apps[i], $"Apps[{i}]", config.Folder, errors, previous: null)?.Current.Dispose();
        }

        return errors;
    }
}
