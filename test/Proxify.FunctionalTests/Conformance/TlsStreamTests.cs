using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>TLS over the stream view, as TLS termination and TLS to targets will use it.</summary>
public sealed class TlsStreamTests
{
    private const int Size = 2 << 20;

    private static readonly X509Certificate2 Certificate = CreateCertificate();

    [Theory, EveryTransport]
    public async Task Tls_as_server_over_an_accepted_connection_echoes(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await using var tls = await ServeAsync(connection.AsStream());
            await tls.CopyToAsync(tls);
        });
        using var client = await host.ConnectAsync();

        await using var stream = await AuthenticateAsync(new NetworkStream(client.Socket)).Within();

        await EchoesAsync(stream);
        await stream.ShutdownAsync().Within();
        client.Fin();
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).Within());
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Tls_as_client_over_a_dialled_connection_reaches_the_target(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var dialled = await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit);
            await using var tls = await AuthenticateAsync(dialled.Connection!.AsStream());
            await EchoesAsync(tls);
            await tls.ShutdownAsync();
            return tls.SslProtocol;
        }, out var results);
        using var client = await host.ConnectAsync();
        using var target = await targets.AcceptAsync();

        await using var stream = await ServeAsync(new NetworkStream(target.Socket)).Within();
        await stream.CopyToAsync(stream).Within();

        Assert.Equal(SslProtocols.Tls13, await results.ReadAsync().Within());
        host.Handler.AssertQuiet();
    }

    private static async Task<SslStream> ServeAsync(Stream inner)
    {
        var stream = new SslStream(inner);
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate });
        return stream;
    }

    private static async Task<SslStream> AuthenticateAsync(Stream inner)
    {
        var stream = new SslStream(inner);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate!.GetCertHashString() == Certificate.GetCertHashString(),
        });
        return stream;
    }

    private static async Task EchoesAsync(SslStream stream)
    {
        var writing = Task.Run(async () =>
        {
            for (var sent = 0; sent < Size; sent += 1 << 16)
                await stream.WriteAsync(Payload.FromClient.At(sent, 1 << 16));
        });
        var buffer = new byte[1 << 16];
        for (var received = 0; received < Size;)
        {
            var n = await stream.ReadAsync(buffer);
            Assert.NotEqual(0, n);
            Payload.FromClient.Check(received, buffer.AsSpan(0, n));
            received += n;
        }

        await writing;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
