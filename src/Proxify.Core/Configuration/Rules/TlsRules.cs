using Proxify.Linux;

namespace Proxify.Configuration;

/// <summary>TLS needs a library that the machine may not have; and what its options have to do with each other.</summary>
internal static class TlsRules
{
    public static void Check(ProxyConfig config, ErrorList errors) => Check(config, OpenSsl.IsHere, errors);

    /// <param name="config">Any.</param>
    /// <param name="hasOpenSsl">Asked only where something needs it.</param>
    /// <param name="errors">Takes the errors.</param>
    internal static void Check(ProxyConfig config, Func<bool> hasOpenSsl, ErrorList errors)
    {
        var needs = new Needs(hasOpenSsl, errors);
        for (var i = 0; i < config.Apps?.Count; i++)
        {
            if (config.Apps[i] is not { } app)
                continue;

            CheckHealth(app, config.Health, $"Apps[{i}]", needs);
            if (app is { Tls: not null, PlainClients: true })
                errors.Add($"Apps[{i}].{AppOptions.PlainClients.Name}", "clients without TLS would pass by all that Tls asks of them; give them an app without Tls");
            if (app.Tls is { } tls)
                CheckTls(tls, $"Apps[{i}].{AppOptions.Tls.Name}", needs, errors);
            if (app.TargetTls is { } targetTls)
                CheckTargetTls(targetTls, $"Apps[{i}].{AppOptions.TargetTls.Name}", needs, errors);
        }
    }

    /// <summary>An error stands where the type is set, once.</summary>
    private static void CheckHealth(AppConfig app, HealthConfig? proxy, string path, Needs needs)
    {
        if (!HealthOptions.Active.Of(app.Health, proxy) || HealthOptions.Type.Find(app.Health, proxy) != CheckType.Tls)
            return;

        var section = app.Health?.Type is null ? nameof(ProxyConfig.Health) : $"{path}.{AppOptions.Health.Name}";
        needs.Here($"{section}.{HealthOptions.Type.Name}", $"{Quoted.Text(ConfigWords.Checks.WordOf(CheckType.Tls))} needs");
    }

    private static void CheckTls(TlsConfig tls, string path, Needs needs, ErrorList errors)
    {
        TlsPolicyRules.Check(tls, path, errors);
        AlpnRules.Check(tls.Alpn, $"{path}.{TlsOptions.Alpn.Name}", errors);
        if (needs.Here(path, "needs"))
            TlsPolicyRules.CheckAlgorithms(tls, path, errors);
    }

    private static void CheckTargetTls(TargetTlsConfig tls, string path, Needs needs, ErrorList errors)
    {
        TlsPolicyRules.Check(tls, path, errors);
        AlpnRules.Check(tls.Alpn, $"{path}.{TargetTlsOptions.Alpn.Name}", errors);
        if (tls is { Key: not null, Certificate: null })
            errors.Add($"{path}.{TargetTlsOptions.Key.Name}", $"there is no {TargetTlsOptions.Certificate.Name} that this key belongs to");
        if (needs.Here(path, "needs"))
            TlsPolicyRules.CheckAlgorithms(tls, path, errors);
    }

    /// <summary>Asks once, and tells each place once.</summary>
    private sealed class Needs(Func<bool> hasOpenSsl, ErrorList errors)
    {
        private readonly HashSet<string> _told = new(StringComparer.Ordinal);
        private bool? _isHere;

        public bool Here(string path, string who)
        {
            if (_isHere ??= hasOpenSsl())
                return true;
            if (_told.Add(path))
                errors.Add(path, $"{who} OpenSSL 3 (Debian 12: libssl3, 13: libssl3t64), which is not here");
            return false;
        }
    }
}
