namespace Proxify.Peers;

/// <summary>The command line asked for something that does not exist.</summary>
sealed class UsageException(string message) : Exception(message);
