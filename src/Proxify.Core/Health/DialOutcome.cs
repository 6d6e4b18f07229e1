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
    /// <param name="isFromClient">
    /// The dial came from the client's address, which the answer may have no way back from: nothing but the target's own answer counts.
    /// </param>
    public static DialOutcome Of(SocketError error, bool isClientsPort = false, bool isFromClient = false) => error switch
    {
        SocketError.Success => DialOutcome.Connected,
        SocketError.ConnectionRefused when isClientsPort => DialOutcome.Connected,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => DialOutcome.Refused,
        _ when isFromClient => DialOutcome.Undecided,
        SocketError.TimedOut => DialOutcome.TimedOut,
        SocketError.ConnectionAborted or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable
            or SocketError.NetworkDown => DialOutcome.Refused,
        _ => DialOutcome.Undecided,
    };
}
