using System.Net;

namespace Proxify.Configuration;

/// <summary>Where an app listens: at an address; or, where it does not say it properly, at none (null) and for that app alone.</summary>
internal readonly record struct ListenPlace(IPAddress? Address, int App)
{
    public static ListenPlace Everywhere { get; } = new(IPAddress.IPv6Any, 0);

    /// <summary>Those that include it.</summary>
    public IEnumerable<ListenPlace> Wildcards => Address is { } address
        ? LocalAddresses.Wildcards.Where(wildcard => LocalAddresses.Includes(wildcard, address)).Select(wildcard => new ListenPlace(wildcard, 0))
        : [];

    /// <summary>An app's Bind that is itself in error is somewhere else than every other app, but not than itself.</summary>
    public static ListenPlace[] Of(AppConfig app, int index) =>
        app.Bind is null || app.Bind.Contains(null!) ? [new ListenPlace(null, index)]
        : app.Bind.Count == 0 ? [Everywhere]
        : [.. app.Bind.Select(address => new ListenPlace(LocalAddresses.Plain(address), 0)).Distinct()];
}
