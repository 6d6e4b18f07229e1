namespace Proxify.Peers;

/// <summary>Of programs that use OpenSSL with its own defaults, such as wrk and curl.</summary>
static class TlsTools
{
    /// <summary>Makes them offer what <see cref="TlsOffer"/> does.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string> { ["OPENSSL_CONF"] = Path.Combine(AppContext.BaseDirectory, "openssl-client.cnf") };
}
