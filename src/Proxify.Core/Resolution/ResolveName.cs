namespace Proxify.Resolution;

/// <summary>Asks once for a name.</summary>
/// <exception cref="NameNotResolvedException">There was no answer.</exception>
internal delegate Task<NameAnswer> ResolveName(ResolvedName name, ResolverSettings settings, CancellationToken cancellationToken);
