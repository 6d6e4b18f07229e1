using Proxify.Linux;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>What a relay moves bytes with, and on which of its sides they go through TLS.</summary>
/// <param name="Transport">Its name.</param>
/// <param name="Client">The version of TLS with the client; null: none.</param>
/// <param name="Target">The same with the target.</param>
internal sealed record RelayKind(string Transport, int? Client, int? Target)
{
    private static readonly (int? Client, int? Target)[] Sides =
    [
        (null, null), (OpenSsl.Tls13, null), (null, OpenSsl.Tls13), (OpenSsl.Tls13, OpenSsl.Tls13), (OpenSsl.Tls12, OpenSsl.Tls12),
    ];

    public string Name => Client is null && Target is null ? Transport : $"{Transport}, {Word(Client)} to {Word(Target)}";

    public bool HasTls => Client is not null || Target is not null;

    /// <summary>All that there are on a transport.</summary>
    public static IEnumerable<RelayKind> On(string transport) => Sides.Select(sides => new RelayKind(transport, sides.Client, sides.Target));

    public static RelayKind Find(string name) => On(name.Split(',')[0]).Single(kind => kind.Name == name);

    /// <summary>The client has connected: its part of the handshake.</summary>
    public Task BeginClientAsync(Peer client) => BeginAsync(client, Client, isServer: false);

    /// <summary>The target has accepted: its part.</summary>
    public Task BeginTargetAsync(Peer target) => BeginAsync(target, Target, isServer: true);

    /// <summary>The relay's part with the client.</summary>
    public ValueTask AcceptAsync(Connection client) => RunAsync(client, Client, isServer: true);

    /// <summary>The relay's part with the target.</summary>
    public ValueTask ConnectAsync(Connection target) => RunAsync(target, Target, isServer: false);

    private static async Task BeginAsync(Peer peer, int? version, bool isServer)
    {
        if (version is { } number)
            peer.Use(await TlsWire.BeginAsync(peer.Socket, TestTls.Of(isServer, number)));
    }

    private static async ValueTask RunAsync(Connection connection, int? version, bool isServer)
    {
        if (version is not { } number)
            return;
        using var handshake = new TlsHandshake(TestTls.Of(isServer, number));
        Assert.Equal(TlsOutcome.Done, await TlsHandshaking.RunAsync(connection, handshake));
    }

    private static string Word(int? version) => version is { } number ? TestTls.Versions.Single(name => TestTls.Number(name) == number) : "plain";
}
