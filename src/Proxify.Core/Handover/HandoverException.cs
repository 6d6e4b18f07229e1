namespace Proxify.Handover;

/// <summary>One process cannot take over from the other; the message says why.</summary>
internal sealed class HandoverException(string message) : Exception(message);
