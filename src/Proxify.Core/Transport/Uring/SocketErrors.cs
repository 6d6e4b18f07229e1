using System.Net.Sockets;

namespace Proxify.Transport.Uring;

/// <summary>errno as the rest of the house knows it.</summary>
internal static class SocketErrors
{
    public static SocketError FromErrno(int errno) => errno switch
    {
        0 => SocketError.Success,
        1 or 13 => SocketError.AccessDenied, // EPERM, EACCES
        4 => SocketError.Interrupted,
        9 => SocketError.OperationAborted, // EBADF
        11 => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable, // ENOMEM, ENOBUFS
        22 => SocketError.InvalidArgument,
        23 or 24 => SocketError.TooManyOpenSockets, // ENFILE, EMFILE
        32 or 104 => SocketError.ConnectionReset, // EPIPE is what a sender sees after the RST was reported
        71 => SocketError.ProtocolOption, // EPROTO: as accept(2) passes it on
        88 => SocketError.NotSocket,
        92 => SocketError.ProtocolOption,
        95 => SocketError.OperationNotSupported,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        125 => SocketError.OperationAborted, // ECANCELED
        _ => SocketError.SocketError,
    };
}
