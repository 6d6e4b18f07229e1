namespace Proxify.SystemTests.Framed;

/// <summary>A request to memcached.</summary>
/// <param name="Text">It.</param>
/// <param name="Lines">Lines that end its reply: none, one, or as many as it has values, and <c>END</c>.</param>
internal readonly record struct MemcachedRequest(string Text, MemcachedLines Lines);

/// <summary>How the reply to a request ends.</summary>
internal enum MemcachedLines
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>With its line, and a value where that says so.</summary>
    One,

    /// <summary>With <c>END</c>, or an error.</summary>
    ToEnd,
}
