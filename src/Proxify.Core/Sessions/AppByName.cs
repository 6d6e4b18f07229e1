using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Prefaces;
using Proxify.Routing;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>
/// Finds the app that a client has come for by its ClientHello, which is given back to the connection unread, as it were: it goes to the target, or into a
/// handshake. Who is refused is told why in the way of its protocol.
/// </summary>
internal sealed class AppByName(TimeProvider timeProvider)
{
    private const byte DecodeError = 50;
    private const byte UnrecognizedName = 112;
    private const byte NoApplicationProtocol = 120;

    private static readonly byte[] Yes = [PostgresGreeting.Yes];
    private static readonly byte[] No = [PostgresGreeting.No];

    /// <returns>The app; or why the client gets none.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GateVerdict> FindAsync(Arrival arrival, NameTable<AppModel> names)
    {
        using var deadline = new Deadline(arrival.Client, arrival.Port.Handshake - timeProvider.GetElapsedTime(arrival.StartedAt), timeProvider);
        using var received = new ReceivedPreface(arrival.Client, arrival.Model.ClientHello);
        var verdict = await ReadAsync(arrival, names, received);
        if (!deadline.TryStop())
            return new(arrival.Port.App, TerminationReason.ClientHello, "no ClientHello within Handshake");
        if (verdict.IsAdmitted)
            received.PutBackAfter(0);
        return verdict;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<GateVerdict> ReadAsync(Arrival arrival, NameTable<AppModel> names, ReceivedPreface received)
    {
        var (reader, greeting) = (new ClientHelloReader(arrival.Model.ClientHello), default(PostgresGreeting));
        var (isGreeting, hasAsked) = (arrival.Port.App.StartsAsPostgres, false);
        while (true)
        {
            var result = await received.ReceiveAsync();
            if (result.Error != SocketError.Success)
                return new(arrival.Port.App, result.Error == SocketError.OperationAborted ? arrival.AbortReason : TerminationReason.ClientReset);
            if (result.Bytes == 0)
                return Left(arrival, received);
            if (isGreeting)
            {
                var step = greeting.Read(received.Bytes);
                isGreeting = step != PostgresStep.BeginsTls;
                hasAsked |= step == PostgresStep.AsksForTls;
                if (step is PostgresStep.AsksForTls or PostgresStep.AsksForGss)
                {
                    received.Clear();
                    await arrival.Client.SendAsync(step == PostgresStep.AsksForTls ? Yes : No);
                }
                else if (step is PostgresStep.Broken)
                {
                    return new(arrival.Port.App, TerminationReason.ClientHello, "bytes before TLS that are not PostgreSQL's");
                }
                else if (step is PostgresStep.Plain)
                {
                    return await PlainAsync(arrival);
                }

                if (isGreeting)
                    continue;
            }

            var read = reader.Read(received.Bytes);
            if (read.Status == HelloStatus.NotTls)
                return await PlainAsync(arrival);
            if (read.Hello is { } hello)
                return await ChooseAsync(arrival, names, hello, mayBeAnybodys: hasAsked || !arrival.Port.App.StartsAsPostgres);
            if (read.Status is HelloStatus.Broken or HelloStatus.TooLong)
                return await RefuseAsync(arrival, TerminationReason.ClientHello, ProblemOf(read), Alert(DecodeError));
        }
    }

    /// <param name="arrival">The client.</param>
    /// <param name="names">Tell the app.</param>
    /// <param name="hello">What it has said.</param>
    /// <param name="mayBeAnybodys">False: the hello itself has to say that it is PostgreSQL's.</param>
    private static ValueTask<GateVerdict> ChooseAsync(Arrival arrival, NameTable<AppModel> names, ClientHello hello, bool mayBeAnybodys)
    {
        arrival.ServerName = hello.ServerName;
        arrival.BeginsTls = true;
        if (!mayBeAnybodys && !hello.Offers(PostgresGreeting.Protocol))
            return RefuseAsync(arrival, TerminationReason.UnknownName, "a ClientHello that does not offer \"postgresql\"", Alert(NoApplicationProtocol));
        return names.Find(hello.ServerName, hello.Protocols.Span, out var isKnown) is { } app ? new(new GateVerdict(app, null))
            : isKnown ? RefuseAsync(arrival, TerminationReason.UnknownName, "a protocol (ALPN) that no app of the port takes", Alert(NoApplicationProtocol))
            : RefuseAsync(arrival, TerminationReason.UnknownName, "a server name that no app of the port takes", Alert(UnrecognizedName));
    }

    private static ValueTask<GateVerdict> PlainAsync(Arrival arrival) => arrival.Port switch
    {
        { PlainApp: { } app } => new(new GateVerdict(app, null)),
        { App.StartsAsPostgres: true } => RefuseAsync(arrival, TerminationReason.ClientHello, "no TLS", PostgresGreeting.Refusal("this port takes TLS only")),
        _ => RefuseAsync(arrival, TerminationReason.ClientHello, "no TLS", []),
    };

    /// <summary>To connect is all that some checks do.</summary>
    private static GateVerdict Left(Arrival arrival, ReceivedPreface received) => received.Bytes.IsEmpty
        ? new(arrival.Port.App, TerminationReason.ClientClosed)
        : new(arrival.Port.App, TerminationReason.ClientHello, "a ClientHello that breaks off");

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<GateVerdict> RefuseAsync(Arrival arrival, TerminationReason reason, string rule, byte[] last)
    {
        if (last.Length > 0)
        {
            await arrival.Client.SendAsync(last);
            arrival.Client.Close();
        }

        return new(arrival.Port.App, reason, rule);
    }

    private static string ProblemOf(HelloResult result) =>
        result.Status == HelloStatus.TooLong ? "Limits.ClientHello of the file" : $"a malformed ClientHello: {result.Problem}";

    /// <summary>A fatal alert of TLS (RFC 8446, 6), in a record of the version that every client takes at the beginning.</summary>
    private static byte[] Alert(byte description) => [21, 3, 1, 0, 2, 2, description];
}
