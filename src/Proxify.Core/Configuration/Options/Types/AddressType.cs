using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>An IP address without brackets.</summary>
/// <param name="expected">What an error says was expected.</param>
internal sealed class AddressType(string expected) : ScalarType<IPAddress>
{
    public override string Expected => expected;

    public override bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out IPAddress value)
    {
        value = null;
        return node.Kind == JsonValueKind.String && HostSyntax.TryParseAddress(node.Text, out value);
    }

    public override string? Problem(IPAddress value) => EndpointRules.Problem(value) is { } problem ? $"{value} {problem}" : null;
}
