using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;
using Proxify.Pki;
using Proxify.Transport.Sockets;
using static Proxify.FunctionalTests.Hosting.EmbeddedProxy;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>Certificates that change under a running proxy.</summary>
[Collection("servers with meters of their own")]
public sealed class HotCertificateServerTests : IDisposable
{
    private static readonly TestPki Certs = TestPki.Shared;

    private readonly string _file = Path.GetTempFileName();
    private readonly EventLog _log = new();
    private readonly PeerListener _target = PeerListener.Start();

    public void Dispose()
    {
        _target.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public async Task Changed_certificate_is_for_new_sessions_and_those_before_go_on()
    {
        var next = Certs.Intermediate.Issue("next", CertificatePlan.ForServer("localhost") with { Until = TimeSpan.FromDays(2) });
        Save(Certs.Server);
        var plain = Config(FreePort(), _target.Port);
        await using var server = new ProxyServer(plain, new SocketsTransport(TimeProvider.System), _log, TimeProvider.System);
        await server.StartAsync(TestContext.Current.CancellationToken);
        // That a reload has brought it is followed as well.
        var config = plain with { Apps = [plain.Apps[0] with { Tls = new TlsConfig { Certificates = [new() { Certificate = _file }] } }] };
        await server.ApplyAsync(config);
        using var before = await ConnectAsync(config);
        using var target = await _target.AcceptAsync();
        await before.WriteAsync(Payload.FromClient.At(0, 1000));
        await target.ReceiveAsync(1000);

        Save(next);
        await _log.WaitForAsync("TlsFilesChanged");

        using var after = await ConnectAsync(config);
        Assert.Equal("CN=localhost", before.RemoteCertificate!.Subject);
        Assert.Equal("CN=next", after.RemoteCertificate!.Subject);
        await before.WriteAsync(Payload.FromClient.At(1000, 1000));
        await target.ReceiveAsync(1000);
        Assert.Equal(new DateTimeOffset(next.Certificate.NotAfter).ToUnixTimeSeconds(), Expiry());
    }

    private void Save(TestCertificate certificate) => File.Copy(certificate.CombinedPath, _file, overwrite: true);

    private static async Task<SslStream> ConnectAsync(ProxyConfig config)
    {
        var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(Endpoint(config));
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Certs.Root.Certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        }).Within();
        return tls;
    }

    /// <summary>What the meter says of the one certificate.</summary>
    private long Expiry()
    {
        long? expiry = null;
        using var meters = new MeterListener();
        meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "proxify.tls.certificate.expiry")
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) => expiry = tags.ToArray().Contains(new("proxify.file", _file)) ? value : expiry);
        meters.Start();
        meters.RecordObservableInstruments();
        return expiry!.Value;
    }
}
