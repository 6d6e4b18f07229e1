using Proxify.Pki;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Etcd;

/// <summary>etcd over TLS, which wants a client's certificate.</summary>
public sealed class EtcdTlsTests
{
    private static readonly string Trusting = $"&ca={Certs.Root.CertificatePath}";

    [Fact]
    public async Task Config_is_followed_over_tls_with_a_client_certificate()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab, EtcdSetup.Tls);
        using var target = lab.Listen();
        var (port, other) = (lab.Port(), lab.Port());
        var store = StoreOf(lab, etcd);
        await store.PutAsync("/proxify/config", Config.Single(port, target.Port).Insert(1, "\"Admin\":{\"Socket\":\"off\"},\"Health\":{\"Active\":false},"));
        var machine = MachineOf(lab, etcd, Trusting + Showing(Certs.Client));
        machine.Launch();
        await machine.Proxify.WaitForEventAsync("Started");
        using var sessions = new LongSessions();
        await sessions.OpenAsync(lab, port, target);

        await store.PutAsync("/proxify/apps/other", EtcdFleet.Text(Config.App("other", other, Config.Local(target.Port))));
        await machine.ServesAsync(other);
        await etcd.KillAsync();
        await etcd.StartAsync();
        await store.DeleteAsync("/proxify/apps/other");
        await machine.ServesAsync(other, false);

        await sessions.LiveAsync();
    }

    /// <summary>In TLS 1.3 it is told after the handshake, and what it has said by then may have its connection reset first.</summary>
    [Fact]
    public async Task Client_without_a_certificate_is_told_that_it_is_refused()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab, EtcdSetup.Tls);

        var problem = await MachineOf(lab, etcd, Trusting).FailedStartAsync();

        Assert.Matches($"127.0.0.1:{etcd.Port}: .*([Cc]ertificate|reset|Broken pipe)", problem);
    }

    [Fact]
    public async Task Etcd_that_is_not_trusted_is_told_with_the_reason()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab, EtcdSetup.Tls);

        var problem = await MachineOf(lab, etcd, $"&ca={Certs.OtherRoot.CertificatePath}" + Showing(Certs.Client)).FailedStartAsync();

        Assert.Contains("certificate", problem);
        Assert.Contains($"127.0.0.1:{etcd.Port}", problem);
    }

    [Fact]
    public async Task Etcds_own_words_are_passed_on_when_it_refuses_a_named_certificate_together_with_users()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab, EtcdSetup.Tls);
        var users = await EtcdUsers.AddAsync(lab, StoreOf(lab, etcd));

        var problem = await MachineOf(lab, etcd, Trusting + Showing(Certs.Client) + users.Proxify).FailedStartAsync();

        Assert.Contains("CommonName of client", problem);
    }

    private static string Showing(TestCertificate certificate) => $"&cert={certificate.ChainPath}&key={certificate.KeyPath}";

    private static Machine MachineOf(Lab lab, EtcdServer etcd, string options) => new(lab, "m1", $"etcds://127.0.0.1:{etcd.Port}", options);

    private static Etcdctl StoreOf(Lab lab, EtcdServer etcd) => new(
        lab, $"https://127.0.0.1:{etcd.Port}",
        "--cacert", Certs.Root.CertificatePath, "--cert", Certs.Client.ChainPath, "--key", Certs.Client.KeyPath);
}
