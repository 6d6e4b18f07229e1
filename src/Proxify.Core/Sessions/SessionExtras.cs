using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>What most sessions have not: made for those that do.</summary>
internal sealed class SessionExtras
{
    /// <inheritdoc cref="Session.ClientTls"/>
    public TlsInfo? ClientTls { get; set; }

    /// <inheritdoc cref="Session.Detail"/>
    public string? Detail { get; set; }
}
