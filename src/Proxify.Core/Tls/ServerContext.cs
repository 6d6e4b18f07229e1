using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>A server's context, and what belongs to it.</summary>
/// <param name="Context">New connections are made of it.</param>
/// <param name="State">What their handshakes are answered from.</param>
/// <param name="Purpose">What its ticket keys are derived for.</param>
internal sealed record ServerContext(TlsContext Context, ContextState State, byte[] Purpose);
