using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Who the client of a session is that another process has begun.</summary>
/// <param name="Source">As <see cref="Session.Source"/>.</param>
/// <param name="Destination">As <see cref="Session.Destination"/>.</param>
/// <param name="ServerName">As <see cref="Session.ServerName"/>.</param>
internal sealed record AdoptedIdentity(TcpEndpoint? Source, TcpEndpoint? Destination, string? ServerName);
