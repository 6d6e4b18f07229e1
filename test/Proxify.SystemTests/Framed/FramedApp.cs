namespace Proxify.SystemTests.Framed;

/// <summary>Apps whose protocol the proxy knows.</summary>
internal static class FramedApp
{
    /// <summary>All of these tests hold of a relay, too, which tells whether a failure is the engine's: PROXIFY_PLAIN=1.</summary>
    private static readonly bool s_isPlain = Environment.GetEnvironmentVariable("PROXIFY_PLAIN") is { Length: > 0 };

    public static Config.AppText Redis(int port, params int[] targets) => Of("redis", port, targets);

    public static Config.AppText Memcached(int port, params int[] targets) => Of("memcached", port, targets);

    public static Config.AppText Line(int port, object line, params int[] targets) => Of("line", port, targets, "Line", line);

    public static Config.AppText LengthPrefixed(int port, object prefix, params int[] targets) => Of("length-prefixed", port, targets, "LengthPrefix", prefix);

    private static Config.AppText Of(string protocol, int port, int[] targets, string? key = null, object? value = null)
    {
        var app = Config.App(protocol, port, [.. targets.Select(Config.Local)]);
        if (s_isPlain)
            return app;
        app = app.With("Protocol", protocol);
        return key is null ? app : app.With(key, value!);
    }
}
