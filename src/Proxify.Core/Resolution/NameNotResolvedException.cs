namespace Proxify.Resolution;

/// <summary>
/// A question for a name has had no answer: no server was reached, or the server could not tell. Not thrown where the answer is that there is no such name.
/// </summary>
internal sealed class NameNotResolvedException(string message, Exception? innerException = null) : Exception(message, innerException);
