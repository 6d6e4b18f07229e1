using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>The address of a target, which the record holds in its parts.</summary>
internal sealed class TargetAddressOption() : Option<TargetConfig>(
    nameof(TargetConfig.Address),
    "an IPv4 address, an IPv6 address in brackets or a host name (up to 253 letters, digits, `-`, `_` and dots); a colon; a port 1-65535. Without a port: [the client's](#the-clients-port), and with `+1000` or `-1000` in its place one that is so many further. A name without a port that begins with `_` is a [service](#names)")
{
    public override object Type => this;

    public override TargetConfig Bind(TargetConfig record, ConfigNode node, string path, ConfigBinder binder)
    {
        if (node.Kind != JsonValueKind.String)
        {
            binder.Expected("a target such as \"127.0.0.1:7001\"", path, node);
            return record;
        }

        if (TargetAddress.Split(node.Text, out var problem) is var (host, port, offset))
            return record with { Host = host, Port = port, PortOffset = offset };

        binder.Fail(path, node, problem);
        return record;
    }

    /// <summary>The parts are the matter of <see cref="TargetType"/>.</summary>
    public override void Check(TargetConfig record, string section, ErrorList errors)
    {
    }
}
