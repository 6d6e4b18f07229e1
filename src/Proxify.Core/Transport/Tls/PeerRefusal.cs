namespace Proxify.Transport.Tls;

/// <summary>
/// Why a peer's certificate was refused, in more words than OpenSSL's verdict has: from the callback in which that was found to who drives the handshake. Both
/// are on one thread, one inside the other.
/// </summary>
internal static class PeerRefusal
{
    [ThreadStatic]
    private static string? _reason;

    public static void Note(string reason) => _reason = reason;

    /// <summary>Of this thread's latest handshake; null: nothing was noted. Forgotten from then on.</summary>
    public static string? Take()
    {
        var reason = _reason;
        _reason = null;
        return reason;
    }
}
