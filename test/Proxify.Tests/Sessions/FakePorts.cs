using Proxify.Sessions;

namespace Proxify.Tests.Sessions;

/// <summary>Ports as steering has them.</summary>
/// <param name="ofDefaultApp">The port that belongs to the default app.</param>
/// <param name="steeringPort">Whose connections alone have not paid in the kernel; null: no connection has.</param>
internal sealed class FakePorts(ushort ofDefaultApp, ushort? steeringPort = null) : IPortOwner
{
    /// <summary>Called while a connection without a route is judged.</summary>
    public Action? OnAsked { get; set; }

    public bool BelongsToDefaultApp(ushort port)
    {
        OnAsked?.Invoke();
        return port == ofDefaultApp;
    }

    public bool HasTakenTokens(ushort port) => steeringPort is { } own && port != own;

    public bool IsOurs(ushort port, bool hasAccepted) => hasAccepted;
}
