using Microsoft.Extensions.Logging;
using Proxify.Configuration;

namespace Proxify.Tls;

/// <summary>Looks at the TLS of a config as a start would.</summary>
/// <param name="Errors">What is wrong with the files that it names.</param>
/// <param name="Until">When the first of the apps' own certificates expires; null: they have none.</param>
internal sealed record ConfiguredTls(IReadOnlyList<ConfigError> Errors, DateTimeOffset? Until)
{
    /// <param name="config">Valid.</param>
    /// <param name="clock">For what expires.</param>
    /// <param name="logger">Is told what is no error, as after a start.</param>
    public static ConfiguredTls Of(ProxyConfig config, TimeProvider clock, ILogger logger)
    {
        var errors = new List<ConfigError>();
        var contexts = new List<HotContext>();
        for (var i = 0; i < config.Apps.Count; i++)
        {
            if (ServerTls.Of(config.Apps[i], $"Apps[{i}]", config.Folder, errors, previous: null, clock) is { } server)
                contexts.Add(server);
            if (ClientTls.Of(config.Apps[i], $"Apps[{i}]", config.Folder, errors, previous: null) is { } client)
                contexts.Add(client);
        }

        foreach (var context in contexts)
        {
            TlsLog.TlsFileWarnings(logger, context.App, context.Files.Warnings);
            context.Current.Dispose();
        }

        new ExpiryNotices(clock, logger).Look(contexts);
        var own = contexts.SelectMany(context => context.Files.Validities).Where(validity => validity.IsOwnCertificate).Select(validity => validity.Until);
        return new ConfiguredTls(errors, own.Cast<DateTimeOffset?>().Min());
    }
}
