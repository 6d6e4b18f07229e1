using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Prefaces;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>
/// Reads the PROXY header of a connection that comes from a balancer: who the client is. Its first bytes decide whether there is one; of a balancer that says
/// nothing at all nobody can know, so it is waited for as long as anybody.
/// </summary>
internal sealed class BalancerHeader(TimeProvider timeProvider)
{
    /// <returns>Null: the client is known. Otherwise why it is refused.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GateVerdict?> ReadAsync(Arrival arrival)
    {
        using var deadline = new Deadline(arrival.Client, arrival.Port.Handshake - timeProvider.GetElapsedTime(arrival.StartedAt), timeProvider);
        using var received = new ReceivedPreface(arrival.Client, ProxyHeaderParser.MostBytes);
        var header = default(ProxyHeader);
        while (header.Status == ProxyHeaderStatus.Incomplete)
        {
            var result = await received.ReceiveAsync();
            if (result.Error != SocketError.Success)
                return deadline.HasPassed ? TooLate(arrival) : Lost(arrival, result.Error);
            if (result.Bytes == 0)
                break;
            header = ProxyHeaderParser.Parse(received.Bytes);
        }

        if (!deadline.TryStop())
            return TooLate(arrival);
        var isRequired = arrival.Port.ProxyProtocol!.IsRequired;
        switch (header.Status)
        {
            case ProxyHeaderStatus.Complete:
                if (header.Addresses is { } addresses)
                    (arrival.Source, arrival.Destination) = addresses;
                if (arrival.Port.PassesTlvsOn)
                    arrival.Tlvs = received.Bytes[header.Tlvs].ToArray();
                break;
            case ProxyHeaderStatus.Incomplete when received.Bytes.IsEmpty && isRequired:
                return new(arrival.Port.App, TerminationReason.ClientClosed); // to connect is all that some checks do
            case ProxyHeaderStatus.Incomplete when received.Bytes.IsEmpty:
                break;
            case ProxyHeaderStatus.Incomplete:
                return Refuse(arrival, "a PROXY header that breaks off");
            case ProxyHeaderStatus.Absent when isRequired:
                return Refuse(arrival, "ProxyProtocol of the app: no PROXY header");
            case ProxyHeaderStatus.Absent:
                break;
            default:
                return Refuse(arrival, $"a malformed PROXY header: {header.Status.Describe()}");
        }

        received.PutBackAfter(header.Length);
        return null;
    }

    private static GateVerdict TooLate(Arrival arrival) => Refuse(arrival, "ProxyProtocol of the app: no PROXY header within Handshake");

    private static GateVerdict Lost(Arrival arrival, SocketError error) =>
        new(arrival.Port.App, error == SocketError.OperationAborted ? arrival.AbortReason : TerminationReason.ClientReset);

    private static GateVerdict Refuse(Arrival arrival, string rule) => new(arrival.Port.App, TerminationReason.ProxyHeader, rule);
}
