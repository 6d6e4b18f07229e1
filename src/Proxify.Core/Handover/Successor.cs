using System.Text.Json;
using Proxify.Linux;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Handover;

/// <summary>The process that takes over from this one, as this one sees it. Until it has said that it serves, everything can be taken back.</summary>
internal sealed class Successor(HandoverSocket socket, SessionRegistry registry)
{
    /// <summary>Two descriptors each, and one for what is unread.</summary>
    private const int SessionsPerMessage = (Libc.MostDescriptors - 1) / 2;

    /// <summary>When for so long no session has come that could go, those that are left are not waited for.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly List<SessionOffers.Offer> _taken = [];
    private readonly HashSet<Session> _offered = [];

    /// <summary>Sessions that it has.</summary>
    public int Taken => _taken.Count;

    /// <summary>Sessions that it has not.</summary>
    public int Left
    {
        get
        {
            var taken = _taken.Select(static offer => offer.Session).ToHashSet();
            return registry.Snapshot().Count(session => !taken.Contains(session));
        }
    }

    /// <summary>Gives it the listeners, and waits until it could serve.</summary>
    /// <param name="listeners">All that are open.</param>
    /// <param name="steering">What steers connections to them. Null: nothing does.</param>
    /// <param name="state">What is good to know for a start.</param>
    /// <exception cref="HandoverException">It cannot.</exception>
    public void Introduce(IEnumerable<IListener> listeners, HandedSteering? steering, HandedState state)
    {
        socket.Send(new() { Step = HandoverStep.Hello, Format = HandoverMessage.Version });
        if (steering is not null)
            Give(steering);
        Give(state);
        var (described, descriptors) = (new List<HandedListener>(), new List<int>());
        foreach (var listener in listeners)
        {
            if (descriptors.Count + listener.Descriptors.Count > Libc.MostDescriptors)
                SendListeners();
            described.Add(new($"{listener.Endpoint}", listener.Descriptors.Count));
            descriptors.AddRange(listener.Descriptors);
        }

        SendListeners();
        socket.Send(new() { Step = HandoverStep.EndOfListeners });
        socket.Receive(HandoverStep.Ready);

        void SendListeners()
        {
            socket.Send(new() { Step = HandoverStep.Listeners, Listeners = [.. described] }, [.. descriptors]);
            described.Clear();
            descriptors.Clear();
        }
    }

    /// <summary>Interrupts all sessions and gives it those that can go.</summary>
    /// <exception cref="HandoverException">It has failed.</exception>
    public async Task GiveSessionsAsync(SessionOffers offers)
    {
        foreach (var session in registry.Snapshot())
            session.Client.SuspendRelay();
        while (registry.Snapshot().Exists(CanGo))
        {
            using var pause = new CancellationTokenSource(LongestPause);
            try
            {
                if (!await offers.Reader.WaitToReadAsync(pause.Token))
                    return;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Give(offers);
        }
    }

    /// <summary>From here on it serves, or this process does: the answer says which.</summary>
    /// <param name="state">What is good to know besides.</param>
    /// <exception cref="HandoverException">It has failed.</exception>
    public void Commit(HandedState state)
    {
        Give(state);
        socket.Send(new() { Step = HandoverStep.Commit });
        socket.Receive(HandoverStep.Committed);
    }

    /// <summary>The sessions that it has are its own, or go on here.</summary>
    public void Answer(bool isTaken) => _taken.ForEach(offer => offer.Answer.TrySetResult(isTaken));

    /// <summary>It may still be offered: it has its target, and there is no more to it than the kernel knows.</summary>
    private bool CanGo(Session session) =>
        session is { IsOver: false, Client.Transform: null, Target: { Transform: null } } && !_offered.Contains(session);

    private void Give(HandedSteering steering)
    {
        using var file = new MemoryFile();
        var state = steering.State.Serialize();
        file.Write(state);
        socket.Send(new() { Step = HandoverStep.Steering, StateLength = state.Length }, [file.Descriptor, .. steering.Program.Export()]);
    }

    private void Give(HandedState state)
    {
        using var file = new MemoryFile();
        var bytes = JsonSerializer.SerializeToUtf8Bytes(state, HandedStateJson.Default.HandedState);
        file.Write(bytes);
        socket.Send(new() { Step = HandoverStep.State, StateLength = bytes.Length }, [file.Descriptor]);
    }

    private void Give(SessionOffers offers)
    {
        var batch = new List<SessionOffers.Offer>(SessionsPerMessage);
        while (batch.Count < SessionsPerMessage && offers.Reader.TryRead(out var offer))
            batch.Add(offer);
        batch.ForEach(offer => _offered.Add(offer.Session));
        _taken.AddRange(batch); // so that each has its answer, whatever happens now
        using (var file = new MemoryFile())
        {
            foreach (var offer in batch)
            {
                file.Write(offer.Client.Unread.Span);
                file.Write(offer.Target.Unread.Span);
            }

            socket.Send(
                new() { Step = HandoverStep.Sessions, Sessions = [.. batch.Select(static offer => offer.Describe())] },
                [file.Descriptor, .. batch.SelectMany(static offer => (int[])[offer.Client.Descriptor, offer.Target.Descriptor])]);
        }

        foreach (var declined in socket.Receive(HandoverStep.Taken).Message.Declined.Select(i => batch[i]))
        {
            _taken.Remove(declined);
            declined.Answer.TrySetResult(false);
        }
    }
}
