using System.Net.Sockets;

namespace Proxify.Health;

/// <summary>What a dial says of its target.</summary>
internal enum DialOutcome
{
    Connected,
    Refused,
    TimedOut,

    /// <summary>Nothing: the client left, or this machine is short of something.</summary>
    Undecided,
}

internal static class DialErrors
{
    /// <param name="error">What came of the dial.</param>
    /// <param name="isClientsPort">The client has chosen the port: that nobody listens there is no fault of the host, which has answered.</param>
    public static DialOutcome Of(SocketError error, bool isClientsPort = false) => error switch
    {
        SocketError.Success => DialOutcome.Connected,
        SocketError.ConnectionRefused when isClientsPort => DialOutcome.Connected,
        SocketError.TimedOut => DialOutcome.TimedOut,
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.HostUnreachable or SocketError.HostDown
            or SocketError.NetworkUnreachable or SocketError.NetworkDown => DialOutcome.Refused,
        _ => DialOutcome.Undecided,
    };
}
