namespace Proxify.Configuration;

/// <summary><c>Cache</c> of an app.</summary>
internal static class CacheOptions
{
    /// <summary>Each key is compared with all of them.</summary>
    private const int MostPrefixes = 1_000;

    private const int LongestPrefix = 255;

    public static TextType Prefix { get; } = new(
        "beginning of a key", $"a text of 1 to {LongestPrefix} characters", text => text.Length is > 0 and <= LongestPrefix);

    public static readonly ValueOption<CacheConfig, long> Memory = new(
        nameof(Memory), new MemoryType(1L << 20, 1L << 40), c => c.Memory, (c, value) => c with { Memory = value },
        "what it may take, over all workers: keys, replies and what keeping them costs", 64L << 20);

    public static readonly ValueOption<CacheConfig, TimeSpan> MaxAge = new(
        nameof(MaxAge), new DurationType("1ms", "1d"), c => c.MaxAge, (c, value) => c with { MaxAge = value },
        "the longest that a reply is kept", Duration.Of("1m"));

    public static readonly ValueOption<CacheConfig, long> MaxValue = new(
        nameof(MaxValue), new MemoryType(1L << 10, 16L << 20), c => c.MaxValue, (c, value) => c with { MaxValue = value },
        "larger replies are not kept", 64L << 10);

    public static readonly ListOption<CacheConfig, string> Prefixes = new(
        nameof(Prefixes), "texts", Prefix, c => c.Prefixes, (c, value) => c with { Prefixes = value },
        "only replies about keys that begin with one of these are kept: `[\"user:\", \"page:\"]`")
    { Absent = "about all keys", Most = MostPrefixes, TooMany = $"texts; expected at most {MostPrefixes:N0}", IsSet = true };

    public static readonly ValueOption<CacheConfig, bool> Negative = new(
        nameof(Negative), new FlagType(), c => c.Negative, (c, value) => c with { Negative = value },
        "`true`: replies that say that there is no such key are kept, too", true);

    public static readonly Section<CacheConfig> Section = new("an object such as {\"Memory\": \"64MiB\"}", Memory, MaxAge, MaxValue, Prefixes, Negative);
}
