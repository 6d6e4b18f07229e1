using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport;

/// <summary>errno as the rest of the house knows it, and as users read it.</summary>
internal static class SocketErrors
{
    /// <summary>One row for each errno that has a name in .NET; of several with the same, the likeliest first.</summary>
    private static readonly (int Errno, SocketError Error)[] Table =
    [
        (Errno.Access, SocketError.AccessDenied),
        (Errno.Perm, SocketError.AccessDenied),
        (Errno.Interrupted, SocketError.Interrupted),
        (Errno.Canceled, SocketError.OperationAborted),
        (Errno.BadDescriptor, SocketError.OperationAborted),
        (Errno.Again, SocketError.WouldBlock),
        (Errno.NoBufferSpace, SocketError.NoBufferSpaceAvailable),
        (Errno.NoMemory, SocketError.NoBufferSpaceAvailable),
        (Errno.Invalid, SocketError.InvalidArgument),
        (Errno.TooManyFiles, SocketError.TooManyOpenSockets),
        (Errno.TooManyFilesInSystem, SocketError.TooManyOpenSockets),
        (Errno.ConnectionReset, SocketError.ConnectionReset),
        (Errno.Pipe, SocketError.ConnectionReset), // what a sender sees after the RST was reported
        (Errno.ProtocolOption, SocketError.ProtocolOption),
        (Errno.Protocol, SocketError.ProtocolOption), // as accept(2) passes it on
        (Errno.NotSocket, SocketError.NotSocket),
        (Errno.OperationNotSupported, SocketError.OperationNotSupported),
        (Errno.AddressFamilyNotSupported, SocketError.AddressFamilyNotSupported),
        (Errno.AddressInUse, SocketError.AddressAlreadyInUse),
        (Errno.AddressNotAvailable, SocketError.AddressNotAvailable),
        (Errno.NetworkDown, SocketError.NetworkDown),
        (Errno.NetworkUnreachable, SocketError.NetworkUnreachable),
        (Errno.ConnectionAborted, SocketError.ConnectionAborted),
        (Errno.NotConnected, SocketError.NotConnected),
        (Errno.TimedOut, SocketError.TimedOut),
        (Errno.ConnectionRefused, SocketError.ConnectionRefused),
        (Errno.HostDown, SocketError.HostDown),
        (Errno.HostUnreachable, SocketError.HostUnreachable),
    ];

    /// <summary>What .NET calls it; <see cref="SocketError.SocketError"/> where it has no name.</summary>
    public static SocketError FromErrno(int errno)
    {
        if (errno == 0)
            return SocketError.Success;
        foreach (var row in Table)
        {
            if (row.Errno == errno)
                return row.Error;
        }

        return SocketError.SocketError;
    }

    /// <summary>As <see cref="Errno.Describe"/>; .NET's names mean nothing to operators.</summary>
    public static string Describe(SocketError error)
    {
        foreach (var row in Table)
        {
            if (row.Error == error)
                return Errno.Describe(row.Errno);
        }

        return $"socket error {(int)error}";
    }
}
