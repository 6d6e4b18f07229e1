using Proxify.Framing;

namespace Proxify.Multiplexing;

/// <summary>
/// What a client gets of what is kept. None of its keys ever goes back in time: while something is under way that may show a key newer than what is kept, or
/// make it so, its requests go to the server, behind that.
/// </summary>
internal sealed partial class SharedClient
{
    /// <summary>So many more of its requests are under way that may show or make something new.</summary>
    public void NoteUncached(int more) => _uncached += more;

    private void SendUncached(ReadOnlySpan<byte> request, in RequestTraits traits, byte lost = 0)
    {
        NoteUncached(1);
        _via!.Send(this, request, traits, lost);
    }

    private void SendOrGive(ReplyCache cache, ReadOnlySpan<byte> request, in RequestTraits traits)
    {
        if (!cache.TryGetKey(request, out var key) || _uncached > 0)
        {
            if (traits.Class == RequestClass.Write)
                cache.Touch(request);
            SendUncached(request, traits);
            return;
        }

        var place = ReplyCache.PlaceOf(key);
        var own = FlightAt(place);
        if (own is null && cache.TryGet(request, place, _worker!.Now, out var reply))
        {
            Give(reply);
        }
        else if (cache.TryFind(request, _via!, out var flight) && (own ?? flight) == flight)
        {
            cache.Follow(flight);
            _flights.Enqueue(flight);
            _followed = flight;
            _via!.Follow(this, flight, traits);
        }
        else if (own is null)
        {
            flight = cache.Lead(request, place, _via!);
            _flights.Enqueue(flight);
            _via!.Lead(this, request, traits, key, flight);
        }
        else
        {
            SendUncached(request, traits);
        }
    }

    /// <summary>
    /// What it has waited for, and what is given in its turn here, has become too long to be kept for others: it asks for itself. Nothing of it is behind that.
    /// </summary>
    public void AskItself(Flight flight, in RequestTraits traits)
    {
        if (IsGone)
            return;
        _followed = null;
        if (_via!.IsTakingFrom(this))
        {
            SendUncached(flight.Request, traits);
            return;
        }

        TakeBack(new(flight.Request, traits, Lost: 0));
        LoseConnection(inMidReply: false);
    }

    /// <summary>A reply that is there, in its turn.</summary>
    private void Give(ReadOnlySpan<byte> reply)
    {
        if (_inFlight > 1)
        {
            _via!.Give(this, reply.ToArray());
            return;
        }

        _inFlight--;
        Take(reply);
        _replyBytes = 0;
    }

    /// <summary>The reply about a key that it waits for; null: none.</summary>
    private Flight? FlightAt(int place)
    {
        while (_flights.TryPeek(out var first) && first.IsOver)
            _flights.Dequeue();
        foreach (var flight in _flights)
        {
            if (flight.Slot == place && !flight.IsOver)
                return flight;
        }

        return null;
    }
}
