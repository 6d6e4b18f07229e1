using Proxify.Framing;

namespace Proxify.Multiplexing;

/// <summary>A reply that is awaited on a shared connection, or given by the proxy in its turn.</summary>
internal struct PendingReply
{
    /// <summary>Null: the cache.</summary>
    public SharedClient? Client;

    /// <summary>What <see cref="Client"/> leads, or follows where <see cref="Length"/> is 0; of the cache: whose lifetime is asked for.</summary>
    public Flight? Flight;

    /// <summary>Not from the target: these bytes, when all before it have been given.</summary>
    public byte[]? Given;

    /// <summary>Bytes of the request, which are kept until it is answered.</summary>
    public int Length;

    public RequestTraits Traits;

    /// <summary>How often it was sent before, on connections that were lost.</summary>
    public byte Lost;

    /// <summary>It is there already, or comes with the reply before it.</summary>
    public readonly bool IsGiven => Given is not null || (Length == 0 && Flight is not null);

    /// <summary>When it was sent, by the clock's timestamps.</summary>
    public long SentAt;
}
