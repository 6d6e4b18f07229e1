using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Otlp;

/// <summary>
/// Stands in for a collector: an HTTP server that keeps the bodies of what is posted, which protoc reads by the field numbers of OTLP's specification. Behind
/// an nginx that speaks HTTP/2 it takes gRPC as well.
/// </summary>
internal sealed partial class OtlpCollector
{
    private const string Script = """
        import http.server, sys, threading
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            count = 0
            gate = threading.Lock()
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                is_grpc = self.headers['Content-Type'].startswith('application/grpc')
                signal = next(s for s in ('metrics', 'logs', 'trace') if s in self.path.lower())
                with Handler.gate:
                    Handler.count += 1
                    with open(f'{sys.argv[2]}/{signal}-{Handler.count}', 'wb') as file:
                        file.write(body[5:] if is_grpc else body)
                    print(signal, Handler.count, self.path, self.headers['Authorization'], flush=True)
                self.send_response(200)
                self.send_header('Content-Length', '0')
                if is_grpc:
                    self.send_header('Content-Type', 'application/grpc')
                    self.send_header('grpc-status', '0')
                self.end_headers()
            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
        print('listening', flush=True)
        server.serve_forever()
        """;

    private readonly Lab _lab;
    private readonly string _directory;

    private OtlpCollector(Lab lab, int port, RunningProcess process, string directory) => (_lab, Port, Process, _directory) = (lab, port, process, directory);

    public int Port { get; }

    public RunningProcess Process { get; }

    /// <summary>What was posted: the signal, a number, the path and the Authorization header.</summary>
    public IEnumerable<string[]> Requests => Process.Output.Lines.Skip(1).Select(static line => line.Split(' ', 4));

    public static async Task<OtlpCollector> StartAsync(Lab lab, int? port = null)
    {
        var directory = Directory.CreateDirectory(Path.Combine(lab.Directory, $"otlp-{Guid.NewGuid():N}")).FullName;
        port ??= lab.Port();
        var process = lab.Start(["/usr/bin/python3", "-c", Script, $"{port}", directory]);
        await process.Output.WaitAsync(static line => line == "listening");
        return new OtlpCollector(lab, port.Value, process, directory);
    }

    /// <summary>What begins with a word, as <c>spans</c>, in any message of a signal that has come: the first that fits.</summary>
    public async Task<OtlpItem> WaitForAsync(string signal, string item, Func<OtlpItem, bool> fits)
    {
        OtlpItem? found = null;
        await Patience.Eventually(async () => (found = (await ItemsAsync(signal, item)).FirstOrDefault(fits)) is not null);
        return found!;
    }

    /// <summary>All that have come.</summary>
    public async Task<List<OtlpItem>> ItemsAsync(string signal, string item)
    {
        var items = new List<OtlpItem>();
        foreach (var request in Requests.Where(request => request[0] == signal))
        {
            var text = await DecodeAsync(signal, request[1]);
            items.AddRange(Item(item).Matches(text).Select(match => new OtlpItem(match.Value)));
        }

        return items;
    }

    private async Task<string> DecodeAsync(string signal, string number)
    {
        var protoc = Tool.Require("protoc", "protobuf-compiler");
        var schema = Path.Combine(Repository.Root, "test/Proxify.SystemTests/Otlp");
        var type = signal == "trace" ? "Traces" : $"{char.ToUpperInvariant(signal[0])}{signal[1..]}";
        var decoded = await _lab.RunAsync(["sh", "-c", $"exec {protoc} --decode={type} -I {schema} otlp.proto <{_directory}/{signal}-{number}"]);
        return decoded.Succeeded().Output;
    }

    // Two spaces more for each level of protoc's text.
    private static Regex Item(string name) => new($@"^( *){name} \{{\n(?:\1 .*\n)*\1\}}$", RegexOptions.Multiline, TimeSpan.FromSeconds(10));
}

/// <summary>A message in protoc's text form.</summary>
internal sealed partial record OtlpItem(string Text)
{
    /// <summary>Its attributes; of those with the same name the last.</summary>
    public Dictionary<string, string> Attributes => Attribute().Matches(Text)
        .GroupBy(static match => match.Groups[1].Value, static match => match.Groups[2].Value)
        .ToDictionary(static same => same.Key, static same => same.Last());

    public string? Field(string name)
    {
        var match = Regex.Match(Text, $@"^ *{name}: ""?(.*?)""?$", RegexOptions.Multiline, TimeSpan.FromSeconds(10));
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex("""key: "(.*)"\s+value \{\s+\w+: "?(.*?)"?\n""", RegexOptions.None, 10_000)]
    private static partial Regex Attribute();
}
