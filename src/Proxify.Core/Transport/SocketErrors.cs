using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport;

/// <summary>errno as the rest of the house knows it, and as users read it.</summary>
public static class SocketErrors
{
    /// <summary>What .NET calls it; <see cref="SocketError.SocketError"/> where it has no name.</summary>
    public static SocketError FromErrno(int errno) => errno switch
    {
        0 => SocketError.Success,
        Errno.Perm or Errno.Access => SocketError.AccessDenied,
        Errno.Interrupted => SocketError.Interrupted,
        Errno.BadDescriptor => SocketError.OperationAborted,
        Errno.Again => SocketError.WouldBlock,
        Errno.NoMemory or Errno.NoBufferSpace => SocketError.NoBufferSpaceAvailable,
        Errno.Invalid => SocketError.InvalidArgument,
        Errno.TooManyFilesInSystem or Errno.TooManyFiles => SocketError.TooManyOpenSockets,
        Errno.Pipe or Errno.ConnectionReset => SocketError.ConnectionReset, // EPIPE is what a sender sees after the RST was reported
        Errno.Protocol => SocketError.ProtocolOption, // as accept(2) passes it on
        Errno.NotSocket => SocketError.NotSocket,
        Errno.ProtocolOption => SocketError.ProtocolOption,
        Errno.OperationNotSupported => SocketError.OperationNotSupported,
        Errno.AddressFamilyNotSupported => SocketError.AddressFamilyNotSupported,
        Errno.AddressInUse => SocketError.AddressAlreadyInUse,
        Errno.AddressNotAvailable => SocketError.AddressNotAvailable,
        Errno.NetworkDown => SocketError.NetworkDown,
        Errno.NetworkUnreachable => SocketError.NetworkUnreachable,
        Errno.ConnectionAborted => SocketError.ConnectionAborted,
        Errno.NotConnected => SocketError.NotConnected,
        Errno.TimedOut => SocketError.TimedOut,
        Errno.ConnectionRefused => SocketError.ConnectionRefused,
        Errno.HostDown => SocketError.HostDown,
        Errno.HostUnreachable => SocketError.HostUnreachable,
        Errno.Canceled => SocketError.OperationAborted,
        _ => SocketError.SocketError,
    };

    /// <summary>As <see cref="Errno.Describe"/>; .NET's names mean nothing to operators.</summary>
    public static string Describe(SocketError error) => ToErrno(error) is { } errno ? Errno.Describe(errno) : $"socket error {(int)error}";

    /// <summary>The likeliest where several have one name.</summary>
    private static int? ToErrno(SocketError error) => error switch
    {
        SocketError.AccessDenied => Errno.Access,
        SocketError.Interrupted => Errno.Interrupted,
        SocketError.OperationAborted => Errno.Canceled,
        SocketError.WouldBlock => Errno.Again,
        SocketError.NoBufferSpaceAvailable => Errno.NoBufferSpace,
        SocketError.InvalidArgument => Errno.Invalid,
        SocketError.TooManyOpenSockets => Errno.TooManyFiles,
        SocketError.ConnectionReset => Errno.ConnectionReset,
        SocketError.ProtocolOption => Errno.ProtocolOption,
        SocketError.NotSocket => Errno.NotSocket,
        SocketError.OperationNotSupported => Errno.OperationNotSupported,
        SocketError.AddressFamilyNotSupported => Errno.AddressFamilyNotSupported,
        SocketError.AddressAlreadyInUse => Errno.AddressInUse,
        SocketError.AddressNotAvailable => Errno.AddressNotAvailable,
        SocketError.NetworkDown => Errno.NetworkDown,
        SocketError.NetworkUnreachable => Errno.NetworkUnreachable,
        SocketError.ConnectionAborted => Errno.ConnectionAborted,
        SocketError.NotConnected => Errno.NotConnected,
        SocketError.TimedOut => Errno.TimedOut,
        SocketError.ConnectionRefused => Errno.ConnectionRefused,
        SocketError.HostDown => Errno.HostDown,
        SocketError.HostUnreachable => Errno.HostUnreachable,
        _ => null,
    };
}
