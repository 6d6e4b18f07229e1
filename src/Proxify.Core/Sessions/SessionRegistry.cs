namespace Proxify.Sessions;

/// <summary>The live sessions.</summary>
internal sealed class SessionRegistry : Registry<Session>
{
    /// <summary>Connections to targets that sessions share: like sessions, but without a client. They end when no session needs them.</summary>
    public Registry<Session> Pooled { get; } = new();

    /// <summary>The sessions of this moment, and the connections that they share.</summary>
    public List<Session> SnapshotWithShared()
    {
        var all = Snapshot();
        all.AddRange(Pooled.Snapshot());
        return all;
    }
}
