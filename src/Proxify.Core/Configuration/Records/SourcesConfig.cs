using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// Who may connect. Of the networks that contain a client's address the longest prefix decides; a network in both lists denies.
/// An address in none of them may connect, unless <see cref="Allow"/> has any network: then it may not.
/// The proxy's rules and an app's are asked separately, and both must agree.
/// </summary>
public sealed record SourcesConfig
{
    /// <summary>
    /// Networks that may connect; as soon as there is one, whatever no network contains is denied, of both address families. No network twice, and none of
    /// IPv4-mapped IPv6 addresses: a client's address counts as IPv4 wherever it is. Default (empty): everybody may connect whom <see cref="Deny"/> does not
    /// name.
    /// </summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>Networks that may not connect, by the same rules. Default: empty.</summary>
    public IReadOnlyList<IPNetwork> Deny { get; init; } = [];
}
