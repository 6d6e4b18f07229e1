using System.Threading.Channels;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>The sessions that wait for whether another process takes them.</summary>
internal sealed class SessionOffers
{
    private readonly Channel<Offer> _offers = Channel.CreateUnbounded<Offer>(new() { SingleReader = true });

    public ChannelReader<Offer> Reader => _offers.Reader;

    /// <summary>By the session's flow, between dial and relay or between two relays.</summary>
    /// <returns>Whether it has been taken: then it is no concern of this process any more.</returns>
    public Task<bool> OfferAsync(Session session)
    {
        if (session.Client.TryDescribe() is not { } client || session.Target?.TryDescribe() is not { } target)
            return Task.FromResult(false);
        var offer = new Offer(session, client, target);
        return _offers.Writer.TryWrite(offer) ? offer.Answer.Task : Task.FromResult(false);
    }

    /// <summary>Nobody takes any more.</summary>
    public void Close()
    {
        _offers.Writer.TryComplete();
        while (_offers.Reader.TryRead(out var offer))
            offer.Answer.TrySetResult(false);
    }

    internal sealed record Offer(Session Session, ConnectionState Client, ConnectionState Target)
    {
        public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HandedSession Describe() => new()
        {
            App = Session.App.Name,
            Client = Describe(Client),
            Target = Describe(Target),
            TargetAddress = Session.TargetState?.Address,
            TargetEndpoint = Session.TargetState?.EndpointText,
            Source = Session.Source == Session.Client.Remote ? null : $"{Session.Source}",
            Destination = Session.Destination == Session.Client.Local ? null : $"{Session.Destination}",
            ServerName = Session.ServerName,
            UniqueId = Session.UniqueId,
            StartedAt = Session.StartedAt,
            ConnectedAt = Session.ConnectedAt,
            ConnectTime = Session.ConnectTime,
            Waited = Session.Waited,
            Tries = Session.Tries,
            Silence = Session.Client.Silence ?? TimeSpan.Zero,
        };

        private static HandedEnd Describe(in ConnectionState end) => new($"{end.Remote}", end.BytesReceived, end.FirstReceivedAt, end.Unread.Length);
    }
}
