using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

/// <summary>Questions as they go to servers. The files of /etc are the test's own.</summary>
public abstract class LookupBench : IDisposable
{
    private readonly string _etc = Directory.CreateTempSubdirectory("proxify-etc-").FullName;

    private protected LookupBench() => Lookup = LookupOn(TimeProvider.System);

    private protected FakeNameServer Server { get; } = new();

    private protected NameLookup Lookup { get; set; }

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(_etc, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected NameLookup LookupOn(TimeProvider clock) => new(clock, _etc);

    private protected Task<NameAnswer> AskAsync(string host) => AskAsync(host, Server);

    private protected Task<NameAnswer> AskAsync(string host, params FakeNameServer[] servers) => AskAsync(new ResolvedName(host), servers);

    private protected Task<NameAnswer> AskServiceAsync(string service) => AskAsync(new ResolvedName(service, isService: true), Server);

    private protected Task<NameAnswer> AskAsync(string host, AddressFamilies families) => AskAsync(host, families, Server);

    private protected Task<NameAnswer> AskAsync(string host, AddressFamilies families, params FakeNameServer[] servers) =>
        AskAsync(new ResolvedName(host), Settings(families, servers));

    private protected Task<NameAnswer> AskAsync(ResolvedName name, params FakeNameServer[] servers) => AskAsync(name, Settings(AddressFamilies.Both, servers));

    private protected Task<NameAnswer> AskAsync(ResolvedName name, ResolverSettings settings) =>
        Lookup.ResolveAsync(name, settings, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));

    private protected static ResolverSettings Settings(AddressFamilies families, params FakeNameServer[] servers) =>
        new([.. servers.Select(s => s.Endpoint)], TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), families);

    private protected void Write(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_etc, file), lines);

    private protected static string[] Texts(NameAnswer answer) => [.. answer.Addresses.Select(a => $"{a}")];
}
