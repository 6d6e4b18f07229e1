namespace Proxify.Transport;

/// <summary>
/// A thread of a transport that serves its connections one after the other: what belongs to it needs no locks. Members are called on that thread, unless they
/// say otherwise.
/// </summary>
internal interface IWorker
{
    /// <summary>Milliseconds of its clock, taken once per batch of completions.</summary>
    long Now { get; }

    /// <summary>The same time as the clock's own timestamp.</summary>
    long Timestamp { get; }

    /// <summary>Memory for peers that are slow is short.</summary>
    bool IsAtCeiling { get; }

    /// <summary>What others keep here, one object for each key.</summary>
    IDictionary<object, object> Locals { get; }

    /// <summary>Calls <paramref name="expired"/> whenever the timer expires, up to some milliseconds late.</summary>
    IWorkerTimer NewTimer(Action expired);

    /// <summary>From any thread: calls it on the worker's, or never where that has ended.</summary>
    void Post(Action callback);

    /// <summary>Runs a handler as for a client that has connected, with a connection that only dials: to nobody's end but its own.</summary>
    void Originate(IConnectionHandler handler);
}
