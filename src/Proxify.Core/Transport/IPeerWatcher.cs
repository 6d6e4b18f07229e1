namespace Proxify.Transport;

/// <summary>Wants to know when a connection's peer leaves while nobody receives from it; see <see cref="Connection.WatchPeer"/>.</summary>
internal interface IPeerWatcher
{
    /// <summary>Whether a peer has left, too, that has ended its side (FIN) and never said a byte. It may only wait for an answer: mostly not.</summary>
    bool CountsEnd { get; }

    /// <summary>It has left. Called once at the most, on any thread; must not wait.</summary>
    /// <param name="byReset">By a reset, or it has vanished; otherwise as <see cref="CountsEnd"/> says.</param>
    void OnPeerLeft(bool byReset);
}
