namespace Proxify.FunctionalTests.Endings;

/// <summary>What one side of a session has done and seen, as its own kernel tells it.</summary>
internal sealed class Deeds
{
    /// <summary>Bytes that its kernel took, urgent ones not counted.</summary>
    public long Sent { get; set; }

    /// <summary>Before which of these bytes an urgent one was sent.</summary>
    public List<long> Urgent { get; } = [];

    public bool HasSentFin { get; set; }

    /// <summary>What it says goes through TLS, whose end it says only where it sends FIN by itself.</summary>
    public bool HasTls { get; set; }

    /// <summary>Its sends have met a reset: it could not send what it wanted to.</summary>
    public bool HasMetReset { get; set; }

    /// <summary>Bytes received, and found right; urgent ones not counted.</summary>
    public long Received { get; set; }

    /// <summary>Urgent bytes that came as ordinary ones.</summary>
    public int ReceivedUrgent { get; set; }

    /// <summary>How its reading ended; null while it could go on, or when it did not want to.</summary>
    public PeerEnd? Saw { get; set; }

    /// <summary>How it closed; null while it is open.</summary>
    public Ending? Closed { get; set; }

    /// <summary>Closed with bytes unread.</summary>
    public bool WasUnread { get; set; }

    /// <summary>Of <see cref="Sent"/>, what had certainly been acknowledged when it closed.</summary>
    public long Acknowledged { get; set; }

    /// <summary>When it closed, a byte or a FIN had come through from one side to the other.</summary>
    public bool WasEstablished { get; set; }

    /// <summary>What must never happen to anybody: a wrong byte, an error that is no reset.</summary>
    public string? Wrong { get; set; }

    /// <summary>Its kernel has sent FIN behind all that it sent, or was told to.</summary>
    public bool HasFinished => HasSentFin || (Closed == Ending.Close && !WasUnread && !HasTls);

    public override string ToString() =>
        (HasTls ? "TLS " : "") + $"sent {Sent}"
        + (Urgent.Count > 0 ? $" (urgent at {string.Join(',', Urgent)})" : "") + (HasSentFin ? " FIN" : "") + (HasMetReset ? " met-reset" : "")
        + $" received {Received}" + (ReceivedUrgent > 0 ? $" (+{ReceivedUrgent} urgent)" : "")
            + $" saw {Saw?.ToString() ?? "-"} closed {Closed?.ToString() ?? "-"}"
        + (WasUnread ? " unread" : "") + $" acknowledged {Acknowledged}" + (WasEstablished ? "" : " early") + (Wrong is null ? "" : $" WRONG {Wrong}");
}
