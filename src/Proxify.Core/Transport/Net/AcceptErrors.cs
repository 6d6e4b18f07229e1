using System.Net.Sockets;

namespace Proxify.Transport.Net;

internal enum AcceptErrorKind
{
    /// <summary>That one connection failed before it was accepted: go on.</summary>
    Transient,

    /// <summary>The system is out of descriptors or memory: pause, then go on.</summary>
    Resources,

    /// <summary>The listening socket is of no use any more.</summary>
    Fatal,
}

/// <summary>The tiers of accept(2) errors. Linux passes pending network errors of the new connection through accept (accept(2), "Error handling").</summary>
internal static class AcceptErrors
{
    public static AcceptErrorKind Classify(SocketError error) => error switch
    {
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted or SocketError.WouldBlock or SocketError.TimedOut
            or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.HostUnreachable
            or SocketError.ProtocolOption => AcceptErrorKind.Transient,
        SocketError.OperationAborted or SocketError.NotSocket or SocketError.InvalidArgument or SocketError.Shutdown => AcceptErrorKind.Fatal,
        // EPERM takes nothing off the queue where a seccomp filter gives it. EMFILE, ENFILE, ENOBUFS, ENOMEM (which has no name of its own), and anything
        // unknown: a pause is never wrong.
        _ => AcceptErrorKind.Resources,
    };
}
