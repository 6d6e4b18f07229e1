using System.Net;
using System.Text.Json;
using Proxify.Sessions;
using Proxify.Steering;
using Proxify.Transport;

namespace Proxify.Handover;

/// <summary>The process that this one takes over from, as this one sees it.</summary>
internal sealed class Predecessor : IDisposable
{
    private const int LongestProblem = 4096;

    private readonly HandoverSocket _socket;
    private readonly Dictionary<string, int[]> _listeners = [];
    private HandedSteering? _steering;

    private Predecessor(HandoverSocket socket) => _socket = socket;

    /// <summary>Meets it, and takes its listeners.</summary>
    /// <param name="descriptor">What they speak through.</param>
    /// <exception cref="HandoverException">It speaks another language, or nothing.</exception>
    public static Predecessor Meet(int descriptor)
    {
        var predecessor = new Predecessor(new HandoverSocket(descriptor));
        try
        {
            predecessor.TakeListeners();
            return predecessor;
        }
        catch
        {
            predecessor.Dispose();
            throw;
        }
    }

    /// <summary>What it has learnt, as far as it has told.</summary>
    public HandedState State { get; private set; } = new();

    /// <summary>What steers connections to its listeners; null: nothing does. Its program is who takes it's.</summary>
    public HandedSteering? TakeSteering() => Interlocked.Exchange(ref _steering, null);

    /// <summary>The sockets that listen there; null: there are none. Theirs is who takes them.</summary>
    public int[]? TryTake(TcpEndpoint endpoint) => _listeners.Remove($"{endpoint}", out var sockets) ? sockets : null;

    /// <summary>This process could serve: takes the sessions, and returns when both agree that this one serves from now on.</summary>
    /// <param name="adoption">What becomes of a session; null: it is declined.</param>
    /// <returns>The sessions, of which nothing has been touched yet.</returns>
    /// <exception cref="HandoverException">It has not come to that: the other process serves on.</exception>
    public IReadOnlyList<Action> TakeOver(Func<HandedSession, ConnectionState, ConnectionState, Action?> adoption)
    {
        _socket.Send(new() { Step = HandoverStep.Ready });
        var adopted = new List<Action>();
        while (true)
        {
            var (message, descriptors) = _socket.Receive();
            switch (message.Step)
            {
                case HandoverStep.Sessions:
                    _socket.Send(new() { Step = HandoverStep.Taken, Declined = Take(message, descriptors, adoption, adopted) });
                    break;
                case HandoverStep.State:
                    State = ReadState(message, descriptors);
                    break;
                case HandoverStep.Commit:
                    return adopted;
                default:
                    throw new HandoverException($"it says {message.Step}");
            }
        }
    }

    /// <summary>This process cannot serve: the other one has somebody to tell.</summary>
    public void Refuse(string problem)
    {
        try
        {
            _socket.Send(new() { Step = HandoverStep.Refused, Problem = problem.Length > LongestProblem ? problem[..LongestProblem] : problem });
        }
        catch (HandoverException)
        {
            // It finds that this one is gone.
        }
    }

    /// <summary>It may go. One that is gone already makes no difference: there is nobody else to serve.</summary>
    public void Confirm()
    {
        CloseListeners();
        try
        {
            _socket.Send(new() { Step = HandoverStep.Committed });
        }
        catch (HandoverException)
        {
        }
    }

    /// <summary>Returns when it has given up everything that both cannot have.</summary>
    public void AwaitEnd()
    {
        try
        {
            _socket.Receive();
        }
        catch (HandoverException)
        {
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        CloseListeners();
        TakeSteering()?.Program.Dispose();
    }

    /// <summary>Those that this process has no use for.</summary>
    private void CloseListeners()
    {
        foreach (var sockets in _listeners.Values)
            HandoverSocket.CloseAll(sockets);
        _listeners.Clear();
    }

    private void TakeListeners()
    {
        var (hello, _) = _socket.Receive(HandoverStep.Hello);
        if (hello.Format != HandoverMessage.Version)
            throw new HandoverException($"the running process speaks version {hello.Format} of the handover, this one {HandoverMessage.Version}");
        while (true)
        {
            var (message, descriptors) = _socket.Receive();
            switch (message.Step)
            {
                case HandoverStep.Steering:
                    _steering = ReadSteering(message, descriptors);
                    break;
                case HandoverStep.State:
                    State = ReadState(message, descriptors);
                    break;
                case HandoverStep.Listeners:
                    Add(message.Listeners, descriptors);
                    break;
                case HandoverStep.EndOfListeners:
                    return;
                default:
                    throw new HandoverException($"it says {message.Step}");
            }
        }
    }

    private void Add(IReadOnlyList<HandedListener> listeners, int[] descriptors)
    {
        Require(listeners.Sum(static listener => listener.Sockets), descriptors);
        var at = 0;
        foreach (var listener in listeners)
        {
            _listeners.Add(listener.Endpoint, descriptors[at..(at + listener.Sockets)]);
            at += listener.Sockets;
        }
    }

    /// <summary>What is said of descriptors has to be true of those that have come.</summary>
    private static void Require(int count, int[] descriptors)
    {
        if (descriptors.Length == count)
            return;
        HandoverSocket.CloseAll(descriptors);
        throw new HandoverException($"it says something that is not understood: {count} descriptors were to come with it, {descriptors.Length} have");
    }

    private static HandedState ReadState(HandoverMessage message, int[] descriptors)
    {
        Require(1, descriptors);
        using var file = new MemoryFile(descriptors[0]);
        var json = file.Read(message.StateLength);
        try
        {
            return JsonSerializer.Deserialize(json, HandedStateJson.Default.HandedState)!;
        }
        catch (JsonException)
        {
            return new(); // it is learnt anew
        }
    }

    private static HandedSteering ReadSteering(HandoverMessage message, int[] descriptors)
    {
        if (descriptors.Length == 0)
            Require(1, descriptors);
        using var file = new MemoryFile(descriptors[0]);
        SteeringState state;
        try
        {
            state = SteeringState.Parse(file.Read(message.StateLength));
        }
        catch (JsonException e)
        {
            throw new HandoverException($"the state of its steering is not understood: {e.Message}");
        }

        if (state.Layout != SteeringState.CurrentLayout)
        {
            throw new HandoverException(
                $"the running process steers by layout {state.Layout}, this one by {SteeringState.CurrentLayout}: it has to be restarted");
        }

        return new(state, SteeringProgram.Import(descriptors[1..], state) ?? throw new HandoverException("what it steers with is not understood"));
    }

    private static List<int> Take(
        HandoverMessage message, int[] descriptors, Func<HandedSession, ConnectionState, ConnectionState, Action?> adoption, List<Action> adopted)
    {
        Require(1 + (2 * message.Sessions.Count), descriptors);
        var declined = new List<int>();
        using var file = new MemoryFile(descriptors[0]);
        for (var i = 0; i < message.Sessions.Count; i++)
        {
            var session = message.Sessions[i];
            var client = Read(file, session.Client, descriptors[1 + (2 * i)]);
            var target = Read(file, session.Target, descriptors[2 + (2 * i)]);
            if (adoption(session, client, target) is { } adopt)
            {
                adopted.Add(adopt);
                continue;
            }

            declined.Add(i);
            HandoverSocket.CloseAll([client.Descriptor, target.Descriptor]);
        }

        return declined;
    }

    private static ConnectionState Read(MemoryFile file, HandedEnd end, int descriptor) =>
        new(descriptor, new TcpEndpoint(IPEndPoint.Parse(end.Remote)), end.Received, end.FirstReceivedAt, file.Read(end.Unread));
}
