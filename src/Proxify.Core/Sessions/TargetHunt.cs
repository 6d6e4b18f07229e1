using System.Net.Sockets;
using Proxify.Balancing;
using Proxify.Runtime;

namespace Proxify.Sessions;

/// <summary>
/// A hunt for a target that answers: which endpoints of the app have been tried, and which is next. Each is tried once at the most. It knows neither sessions
/// nor dials, so that one request of many can be hunted for as well. A value that its owner keeps; not to be copied.
/// </summary>
internal struct TargetHunt
{
    private readonly UInt128 _client;
    private TargetSet _tried;

    /// <param name="client">The client's address.</param>
    /// <param name="group">The app's endpoints.</param>
    /// <param name="picked">The first to be tried, a place at it taken; <see cref="Balancer.None"/>: there was none to pick so far.</param>
    public TargetHunt(UInt128 client, TargetGroup group, int picked)
    {
        _client = client;
        Group = group;
        TakeUp(picked);
    }

    /// <summary>The endpoints among which is picked.</summary>
    public TargetGroup Group { get; private set; }

    /// <summary>Those of <see cref="Group"/> that have been tried.</summary>
    public readonly TargetSet Tried => _tried;

    /// <summary>The index in <see cref="Group"/> of the endpoint to be tried now, at which the hunt has a place; or <see cref="Balancer.None"/>.</summary>
    public int Picked { get; private set; }

    public readonly bool HasPicked => Picked != Balancer.None;

    /// <summary>The one that is picked.</summary>
    public readonly TargetState Target => Group.Endpoints[Picked].State;

    /// <summary><see cref="Target"/> is thought to be down, and there is no better one.</summary>
    public bool IsLastResort { get; private set; }

    /// <summary>Whether an endpoint that has not been tried is full, and may be waited for.</summary>
    public readonly bool IsAnyFull => TargetPick.IsAnyFull(Group, _tried);

    /// <summary>A target was passed over because it leads back to proxify.</summary>
    public bool HasLooped { get; private set; }

    /// <summary>Why the last one that was tried did not answer; null: none has been tried.</summary>
    public SocketError? LastError { get; private set; }

    /// <summary>Picks the next one and takes a place there, or none: see <see cref="HasPicked"/>.</summary>
    public void PickNext()
    {
        TakeUp(TargetPick.Take(Group, _client, _tried));
        if (HasPicked || IsAnyFull)
            return;
        IsLastResort = true;
        Picked = TargetPick.TakeLastResort(Group, _tried);
    }

    /// <summary>Goes on with an endpoint that somebody else has picked for this hunt, a place at it taken; or with <see cref="Balancer.None"/>.</summary>
    public void TakeUp(int picked) => (Picked, IsLastResort) = (picked, false);

    /// <summary><see cref="Target"/> is being tried: it is not picked again.</summary>
    public void NoteTried() => _tried.Add(Picked);

    /// <summary>It has not answered, or could not be dialled at all.</summary>
    public void NoteFailed(SocketError error) => LastError = error;

    /// <summary>It is passed over because it leads back to proxify.</summary>
    public void NoteLoop()
    {
        NoteTried();
        HasLooped = true;
    }

    /// <summary>Goes on among the endpoints that the app has meanwhile. False: they are the same.</summary>
    public bool Follow(TargetGroup next)
    {
        if (next == Group)
            return false;
        _tried = next.Find(Group, _tried);
        Group = next;
        return true;
    }
}
