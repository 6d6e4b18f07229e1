using Proxify.Linux;

namespace Proxify.Configuration;

/// <summary>Checks with TLS need a library that the machine may not have.</summary>
internal static class TlsRules
{
    public static void Check(ProxyConfig config, ErrorList errors) => Check(config, OpenSsl.IsHere, errors);

    /// <param name="config">Any.</param>
    /// <param name="hasOpenSsl">Asked only where a check needs it.</param>
    /// <param name="errors">Takes the errors: each where the type is set.</param>
    internal static void Check(ProxyConfig config, Func<bool> hasOpenSsl, ErrorList errors)
    {
        List<string> paths = [];
        for (var i = 0; i < config.Apps?.Count; i++)
        {
            var (app, proxy) = (config.Apps[i]?.Health, config.Health);
            if (HealthOptions.Active.Of(app, proxy) && HealthOptions.Type.Of(app, proxy) == CheckType.Tls)
            {
                var section = app?.Type is null ? nameof(ProxyConfig.Health) : $"Apps[{i}].{nameof(AppConfig.Health)}";
                paths.Add($"{section}.{nameof(HealthConfig.Type)}");
            }
        }

        if (paths.Count == 0 || hasOpenSsl())
            return;

        foreach (var path in paths.Distinct(StringComparer.Ordinal))
            errors.Add(path, $"{Quoted.Text(ConfigWords.Checks.WordOf(CheckType.Tls))} needs OpenSSL (Debian: libssl3), which is not here");
    }
}
