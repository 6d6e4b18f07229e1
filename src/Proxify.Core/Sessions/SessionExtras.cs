using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>What few sessions have, so that the others need no room for it.</summary>
internal sealed class SessionExtras
{
    /// <summary>What was found out before it was a session.</summary>
    public Arrival? Arrival { get; init; }

    /// <summary>Of a session that has waited for something else than its client's connection.</summary>
    public CancellationTokenSource? Aborting { get; set; }

    /// <inheritdoc cref="Session.ClientTls"/>
    public TlsInfo? ClientTls { get; set; }

    /// <inheritdoc cref="Session.UniqueId"/>
    public string? UniqueId { get; set; }

    /// <inheritdoc cref="Session.Detail"/>
    public string? Detail { get; set; }

    public Exchange? Exchange { get; set; }

    /// <inheritdoc cref="Session.IsHandedOver"/>
    public bool IsHandedOver { get; set; }

    /// <inheritdoc cref="Session.Adopted"/>
    public AdoptedIdentity? Adopted { get; set; }
}
