using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>What ends by itself in time, or is made to.</summary>
internal interface IEnding
{
    /// <summary>How long it may take when the proxy stops.</summary>
    TimeSpan Drain { get; }

    /// <summary>From any thread: resets what it has, whatever it is doing.</summary>
    void Abort(TerminationReason reason);
}
