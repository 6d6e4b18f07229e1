namespace Proxify.Sessions;

/// <summary>
/// What sessions have to know of ports beyond the routes, which depends on how connections come in: through a listener for each port, or steered by the kernel
/// to one. Called on the session's path by many threads at once.
/// </summary>
internal interface IPortOwner
{
    /// <summary>Whether a connection to <paramref name="port"/>, which no route has, goes to the default app.</summary>
    bool BelongsToDefaultApp(ushort port);

    /// <summary>Whether the kernel has taken the tokens of a connection that came to <paramref name="port"/>: then nobody may take them again.</summary>
    bool HasTakenTokens(ushort port);

    /// <summary>
    /// Whether a connection to <paramref name="port"/> of this machine would come to us although no route says so: for those who dial targets.
    /// </summary>
    /// <param name="port">The target's.</param>
    /// <param name="hasAccepted">A connection was accepted at the very endpoint some seconds ago.</param>
    bool IsOurs(ushort port, bool hasAccepted);
}
