using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A DNS server: <c>10.0.0.53</c>, <c>fd00::53</c>, <c>127.0.0.1:5353</c>, <c>[::1]:5353</c>.</summary>
internal sealed class ServerType : ScalarType<IPEndPoint>
{
    private const int DnsPort = 53;

    public override string Expected => "a DNS server's address such as \"10.0.0.53\" or \"[::1]:5353\"";

    protected override IPEndPoint Unreadable { get; } = new(IPAddress.Any, DnsPort);

    public override bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out IPEndPoint value)
    {
        value = null;
        if (node.Kind != JsonValueKind.String)
            return false;

        if (HostSyntax.TryParseAddress(node.Text, out var address))
            value = new IPEndPoint(address, DnsPort);
        else if (TargetAddress.Split(node.Text, out _) is var (host, port, _) && HostSyntax.TryParseAddress(host, out address) && PortNumber.IsValid(port))
            value = new IPEndPoint(address, port);

        return value is not null;
    }

    public override string? Problem(IPEndPoint value) => !PortNumber.IsValid(value.Port) ? PortNumber.OutOfRange(value.Port)
        : EndpointRules.Problem(value.Address) is { } problem ? $"{value.Address} {problem}" : null;
}
