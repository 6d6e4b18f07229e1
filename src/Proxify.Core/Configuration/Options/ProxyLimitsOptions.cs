namespace Proxify.Configuration;

/// <summary><c>Limits</c> of the file.</summary>
internal static class ProxyLimitsOptions
{
    public static readonly ValueOption<ProxyLimitsConfig, long> BufferMemory = new(
        nameof(BufferMemory), new MemoryType(16L << 20, 1L << 40), l => l.BufferMemory, (l, value) => l with { BufferMemory = value },
        "the file's only: [memory](#memory) that is held for slow peers")
    { Absent = "an eighth of the machine's memory, at least `64MiB`" };

    public static readonly ValueOption<ProxyLimitsConfig, int> ClientHello = new(
        nameof(ClientHello), new WholeNumberType(2_048, 65_536), l => l.ClientHello, (l, value) => l with { ClientHello = value },
        "the file's only: bytes that a TLS client may take for its ClientHello, where [server names](#apps-that-share-a-port) decide; more are refused", 16_384);

    public static readonly Section<ProxyLimitsConfig> Section = new(
        "an object such as {\"Sessions\": 10000}", [.. LimitsOptions.In<ProxyLimitsConfig>(), BufferMemory, ClientHello]);
}
