namespace Proxify.Peers;

/// <summary>A measurement that did not come about; the message is what the table says after "failed:".</summary>
sealed class BenchException(string message) : Exception(message);
