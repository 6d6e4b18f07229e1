namespace Proxify.SystemTests.Harness;

/// <summary>How a test starts the proxy, where it differs from the usual.</summary>
internal sealed record ProxifyOptions
{
    /// <summary>Every test can be run on another transport: <c>PROXIFY_TRANSPORT=…</c>.</summary>
    public static string[] Transport { get; } =
        System.Environment.GetEnvironmentVariable("PROXIFY_TRANSPORT") is { Length: > 0 } name ? ["--transport", name] : [];

    /// <summary>A config that exists already; otherwise the test's text is written to a new one.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Another copy of the program, such as one that an ordinary user may read.</summary>
    public string? Binary { get; init; }

    public string LogFormat { get; init; } = "json";

    public string[] Arguments { get; init; } = [];

    /// <summary>A program that executes the proxy in its own place, such as prlimit(1).</summary>
    public string[] Prefix { get; init; } = [];

    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}
