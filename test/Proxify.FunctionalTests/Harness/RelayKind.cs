using System.Security.Authentication;
using Proxify.Linux;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>What a relay moves bytes with, and on which of its sides they go through TLS.</summary>
/// <param name="Transport">Its name.</param>
/// <param name="Client">TLS with the client; null: none.</param>
/// <param name="Target">TLS with the target.</param>
internal sealed record RelayKind(string Transport, SslProtocols? Client, SslProtocols? Target)
{
    private static readonly (SslProtocols? Client, SslProtocols? Target)[] Sides =
    [
        (null, null),
        (SslProtocols.Tls13, null),
        (null, SslProtocols.Tls13),
        (SslProtocols.Tls13, SslProtocols.Tls13),
        (SslProtocols.Tls12, SslProtocols.Tls12),
    ];

    public string Name => Client is null && Target is null ? Transport : $"{Transport}, {Word(Client)} to {Word(Target)}";

    /// <summary>All that there are on a transport.</summary>
    public static IEnumerable<RelayKind> On(string transport) => Sides.Select(sides => new RelayKind(transport, sides.Client, sides.Target));

    public static RelayKind Find(string name) => On(name.Split(',')[0]).Single(kind => kind.Name == name);

    /// <summary>The relay's part in the handshake with a client, or with a target.</summary>
    public static async ValueTask BeginTlsAsync(Connection connection, SslProtocols? version, bool asServer)
    {
        if (version is null)
            return;
        var number = version == SslProtocols.Tls12 ? OpenSsl.Tls12 : OpenSsl.Tls13;
        using var context = asServer ? TestTls.Server(number) : TestTls.Client(number);
        using var handshake = new TlsHandshake(context);
        Assert.Equal(TlsOutcome.Done, await TlsHandshaking.RunAsync(connection, handshake));
    }

    private static string Word(SslProtocols? version) => version switch
    {
        null => "plain",
        SslProtocols.Tls12 => "TLS 1.2",
        _ => "TLS 1.3",
    };
}
