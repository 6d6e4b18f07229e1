using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>What a session has said and got over connections that are not its own.</summary>
internal sealed class Exchange
{
    /// <summary>Requests that it has made.</summary>
    public long Requests { get; set; }

    /// <summary>The endpoint whose connections carry them; null: none has.</summary>
    public TcpEndpoint? Target { get; set; }

    /// <summary>Why it has got a connection of its own; null: it has not.</summary>
    public OwnConnectionCause? Own { get; set; }

    /// <summary>From any thread: ends the session as soon as nothing of it is under way. Null: nobody knows when that is.</summary>
    public Action? Finish { get; set; }

    /// <summary>Says to a target of its own what it has said before; false: the target is lost. Null: nothing.</summary>
    public Func<Connection, ValueTask<bool>>? Introduction { get; set; }

    /// <summary>Bytes of replies.</summary>
    public long FromTarget { get; set; }

    /// <summary>Bytes of requests, once it has a connection of its own; until then all that it sends is counted by the connections that carry it.</summary>
    public long FromClient { get; set; } = long.MaxValue;
}
