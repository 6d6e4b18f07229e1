using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>An address of this machine and a port: <c>127.0.0.1:9600</c>, <c>[::1]:9600</c>.</summary>
internal sealed class EndpointType : ScalarType<IPEndPoint>
{
    public override string Expected => "an address and a port such as \"127.0.0.1:9600\"";

    protected override IPEndPoint Unreadable { get; } = new(IPAddress.Loopback, PortNumber.Min);

    public override bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out IPEndPoint value)
    {
        value = null;
        if (node.Kind != JsonValueKind.String || TargetAddress.Split(node.Text, out _) is not var (host, port, _))
            return false;
        if (!HostSyntax.TryParseAddress(host, out var address) || !PortNumber.IsValid(port))
            return false;
        value = new IPEndPoint(address, port);
        return true;
    }

    public override string? Problem(IPEndPoint value) => !PortNumber.IsValid(value.Port) ? PortNumber.OutOfRange(value.Port)
        : EndpointRules.Problem(value.Address) is { } problem ? $"{value.Address} {problem}" : null;
}
