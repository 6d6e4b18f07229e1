namespace Proxify.SystemTests.Harness;

/// <summary>How a test starts the proxy, where it differs from the usual.</summary>
internal sealed record ProxifyOptions
{
    /// <summary>
    /// The transport; where a test does not care, all of them can be run on another one than the program's choice: <c>PROXIFY_TRANSPORT=…</c>.
    /// </summary>
    public string Transport { get; init; } = System.Environment.GetEnvironmentVariable("PROXIFY_TRANSPORT") is { Length: > 0 } name ? name : "auto";

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
