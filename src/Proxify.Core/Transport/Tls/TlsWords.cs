using System.Collections.Concurrent;

namespace Proxify.Transport.Tls;

/// <summary>Names of versions, ciphers and protocols: few, and the same in each session, which keeps the one of them that all share.</summary>
internal static class TlsWords
{
    /// <summary>Peers choose of what we offer; a bound all the same.</summary>
    private const int Most = 256;

    private static readonly ConcurrentDictionary<string, string> Words = new(StringComparer.Ordinal);

    public static string Known(string word) => Words.TryGetValue(word, out var known) || Words.Count >= Most ? known ?? word : Words.GetOrAdd(word, word);
}
