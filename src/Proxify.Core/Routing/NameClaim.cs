using System.Collections.Immutable;

namespace Proxify.Routing;

/// <summary>Which TLS clients of a port one of those that share it takes.</summary>
/// <param name="To">Where they go.</param>
/// <param name="Names">
/// The server names, in lower case, without a final dot: <c>a.test</c>, or <c>*.test</c> for every name that ends so, of whatever depth. Empty: any, and none.
/// </param>
/// <param name="Protocols">Those of which the client has to offer one (ALPN). Empty: whatever it offers.</param>
internal sealed record NameClaim<T>(T To, ImmutableArray<string> Names, ImmutableArray<string> Protocols);
