namespace Proxify.Resolution;

/// <summary>
/// Bounds the questions that are open with all servers at once: each holds a descriptor, of which sessions need as many as they can get. While all places are
/// taken and somebody waits for one, the oldest questions are given up as soon as they have been open for <see cref="DnsServer.Patience"/>.
/// </summary>
#pragma warning disable CA1001 // A semaphore has something to dispose of only where its wait handle is used.
internal sealed class OpenQuestions(TimeProvider timeProvider)
#pragma warning restore CA1001
{
    public const int Most = 256;

    private readonly TimeProvider _timeProvider = timeProvider;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _places = new(Most);
    private readonly LinkedList<Place> _oldestFirst = [];
    private int _waiting;

    public async Task<Place> EnterAsync(CancellationToken stop)
    {
        var entering = _places.WaitAsync(stop);
        if (!entering.IsCompleted)
        {
            lock (_gate)
            {
                _waiting++;
                if (_oldestFirst.First?.Value is { } oldest)
                    oldest.GiveUpInTime();
            }

            try
            {
                await entering;
            }
            finally
            {
                lock (_gate)
                    _waiting--;
            }
        }

        await entering;

        var place = new Place(this);
        lock (_gate)
        {
            place.Node = _oldestFirst.AddLast(place);
            if (_waiting > 0)
                place.GiveUpInTime();
        }

        return place;
    }

    /// <summary>Disposed of when the question's sockets are closed.</summary>
    public sealed class Place(OpenQuestions questions) : IDisposable
    {
        private readonly CancellationTokenSource _givenUp = new(Timeout.InfiniteTimeSpan, questions._timeProvider);
        private readonly long _since = questions._timeProvider.GetTimestamp();

        /// <summary>In the list of those that are not to be given up yet.</summary>
        public LinkedListNode<Place>? Node { get; set; }

        public CancellationToken GivenUp => _givenUp.Token;

        /// <summary>Under the lock. An answer within <see cref="DnsServer.Patience"/> is none too late, so that long the question stays.</summary>
        public void GiveUpInTime()
        {
            questions._oldestFirst.Remove(Node!);
            Node = null;
            var left = DnsServer.Patience - questions._timeProvider.GetElapsedTime(_since);
            _givenUp.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        public void Dispose()
        {
            lock (questions._gate)
            {
                if (Node is not null)
                    questions._oldestFirst.Remove(Node);
                Node = null;
            }

            _givenUp.Dispose();
            questions._places.Release();
        }
    }
}
