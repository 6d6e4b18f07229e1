namespace Proxify.Configuration;

/// <summary><c>SendProxyProtocol</c> of an app: a version, or an object when there is more to say about it.</summary>
internal sealed class SentHeaderOption() : Option<AppConfig>(
    nameof(AppConfig.SendProxyProtocol), "targets are told first who the client is: see [PROXY protocol](#proxy-protocol)")
{
    public override object Type => this;

    public override AppConfig Bind(AppConfig record, ConfigNode node, string path, ConfigBinder binder)
    {
        var config = new SendProxyProtocolConfig();
        return record with
        {
            SendProxyProtocol = ConfigWords.ProxyProtocols.TryRead(node, out var version)
                ? config with { Version = version }
                : SendProxyProtocolOptions.Section.Bind(config, node, path, binder),
        };
    }

    public override void Check(AppConfig record, string section, ErrorList errors)
    {
        if (record.SendProxyProtocol is not { } config)
            return;

        SendProxyProtocolOptions.Section.Check(config, $"{section}{Name}.", errors);
        if (config is { Version: ProxyProtocolVersion.V1, Tlvs.Count: > 0 })
            errors.Add($"{section}{Name}.{SendProxyProtocolOptions.Tlvs.Name}", "a header of version 1 has no place for them");
    }
}
