using Proxify.Hosting;

namespace Proxify.Program.Otlp;

/// <summary>
/// Which signals go to a collector, by the environment variables of OpenTelemetry's specification. All others of them are read by its SDK itself.
/// </summary>
internal sealed record OtlpSettings(bool Metrics, bool Logs, bool Traces)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Null: nothing goes anywhere.</summary>
    /// <exception cref="ProxyStartException">A variable says what cannot be; lists everything.</exception>
    public static OtlpSettings? Read(Func<string, string?> variable)
    {
        if (string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
            return null;
        var problems = new List<string>();
        Check(Endpoint, ProblemOfEndpoint);
        Check("OTEL_EXPORTER_OTLP_PROTOCOL", ProblemOfProtocol);
        var settings = new OtlpSettings(IsOn("METRICS"), IsOn("LOGS"), IsOn("TRACES"));
        if (problems.Count > 0)
            throw new ProxyStartException(problems);
        return settings is { Metrics: false, Logs: false, Traces: false } ? null : settings;

        bool IsOn(string signal)
        {
            var (endpoint, exporter) = ($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", $"OTEL_{signal}_EXPORTER");
            Check(endpoint, ProblemOfEndpoint);
            Check($"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", ProblemOfProtocol);
            Check(exporter, static value => value is "otlp" or "none" ? null : "expected otlp or none");
            return (IsSet(Endpoint) || IsSet(endpoint)) && variable(exporter) != "none";
        }

        // An empty one is the same as none, says the specification.
        bool IsSet(string name) => !string.IsNullOrEmpty(variable(name));

        void Check(string name, Func<string, string?> problemOf)
        {
            if (IsSet(name) && problemOf(variable(name)!) is { } problem)
                problems.Add($"{name}: {problem}, found \"{variable(name)}\"");
        }
    }

    private static string? ProblemOfEndpoint(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? null : "expected a URL such as http://127.0.0.1:4317";

    private static string? ProblemOfProtocol(string value) => value is "grpc" or "http/protobuf" ? null : "expected grpc or http/protobuf";
}
