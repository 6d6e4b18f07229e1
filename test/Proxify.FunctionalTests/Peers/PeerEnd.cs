namespace Proxify.Peers;

/// <summary>How a peer saw its connection end.</summary>
internal enum PeerEnd
{
    Fin,
    Reset,

    /// <summary>By FIN, where TLS has not said that this is the end.</summary>
    Cut,
}
