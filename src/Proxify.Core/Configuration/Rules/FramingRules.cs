namespace Proxify.Configuration;

/// <summary>
/// What an app may have besides its <see cref="AppConfig.Protocol"/>. Where the proxy reads requests, many clients share a connection to a target: nothing can
/// be promised of it that would hold for one of them only.
/// </summary>
internal static class FramingRules
{
    public static void Check(AppConfig app, string path, ErrorList errors)
    {
        if (!Enum.IsDefined(app.Protocol))
            return; // an error already

        CheckSections(app, path, errors);
        if (app.Cache is { } cache && cache.MaxValue > cache.Memory)
            errors.Add($"{path}.{AppOptions.Cache.Name}.{CacheOptions.MaxValue.Name}",
                $"a reply of {ByteSize.Format(cache.MaxValue)} would not fit in Memory, {ByteSize.Format(cache.Memory)}");
        if (app.Protocol != AppProtocol.Tcp)
            CheckSharing(app, path, errors);
    }

    private static void CheckSections(AppConfig app, string path, ErrorList errors)
    {
        if (app is { Protocol: AppProtocol.LengthPrefixed, LengthPrefix: null })
            errors.Add($"{path}.{AppOptions.Protocol.Name}",
                $"{Word(app)} needs LengthPrefix, which says where a message has its length; {{}} does for four bytes at its begin");
        Only(app.LengthPrefix is not null, AppOptions.LengthPrefix.Name, AppProtocol.LengthPrefixed);
        Only(app.Line is not null, AppOptions.Line.Name, AppProtocol.Line);
        Only(app.Cache is not null, AppOptions.Cache.Name, AppProtocol.Redis, AppProtocol.Memcached);
        Only(app.Requests is { } requests && requests != new RequestsConfig(), AppOptions.Requests.Name,
            AppProtocol.Redis, AppProtocol.Memcached, AppProtocol.LengthPrefixed, AppProtocol.Line);

        void Only(bool isSet, string name, params ReadOnlySpan<AppProtocol> protocols)
        {
            if (!isSet || protocols.Contains(app.Protocol))
                return;

            var words = string.Join(" or ", protocols.ToArray().Select(ConfigWords.Protocols.WordOf).Select(Quoted.Text));
            errors.Add($"{path}.{name}", $"is for the Protocol {words}; this app has {Word(app)}");
        }
    }

    private static void CheckSharing(AppConfig app, string path, ErrorList errors)
    {
        var shared = $"with the Protocol {Word(app)} clients share connections to targets";
        if (app.SendProxyProtocol is not null)
            errors.Add($"{path}.{AppOptions.SendProxyProtocol.Name}", $"{shared}, and a header names one client");
        if (app.Source is { IsClient: true })
            errors.Add($"{path}.{AppOptions.Source.Name}", $"{shared}; expected addresses of this machine");
        if (app.StartTls == StartTlsProtocol.Postgres)
            errors.Add($"{path}.{AppOptions.StartTls.Name}",
                $"{ConfigWords.StartTls.Write(app.StartTls)} is how another protocol begins than the Protocol {Word(app)}");

        for (var i = 0; i < app.Targets?.Count; i++)
        {
            if (app.Targets[i] is { PortOffset: not null } target)
                errors.Add($"{path}.{AppOptions.Targets.Name}[{i}]",
                    $"{target.Address} goes by the port that a client asks for, and {shared}; expected a port of its own");
        }
    }

    private static string Word(AppConfig app) => ConfigWords.Protocols.Write(app.Protocol);
}
