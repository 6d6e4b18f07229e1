namespace Proxify.Sessions;

/// <summary>Each port has a listener of its own: routes say all that there is to say, and the kernel has counted nothing.</summary>
internal sealed class NativePorts : IPortOwner
{
    public bool BelongsToDefaultApp(ushort port) => false;

    public bool HasTakenTokens(ushort port) => false;

    // Where the kernel leads another address to a listener of ours (TPROXY), what was accepted is all that tells.
    public bool IsOurs(ushort port, bool hasAccepted) => hasAccepted;
}
