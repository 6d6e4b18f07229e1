namespace Proxify.Peers;

/// <summary>How a peer saw its connection end.</summary>
internal enum PeerEnd
{
    Fin,
    Reset,
}
