using System.Security.Cryptography;
using Proxify.Pki;
using Proxify.SystemTests.Tls;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Etcd;

/// <summary>Files that a config names and that come from etcd with it.</summary>
public sealed class EtcdFileTests
{
    [Fact]
    public async Task Certificate_from_etcd_is_served_and_so_is_the_next_one()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        using var sessions = await fleet.OpenAsync();
        var (first, second) = (Issue("first"), Issue("second"));
        await PutCertificateAsync(fleet, first);
        await PutTlsAppAsync(fleet);
        await fleet.EachAsync(machine => machine.ServesAsync(fleet.OtherPort));
        await fleet.EachAsync(machine => ShowsAsync(fleet, machine, "first"));

        await PutCertificateAsync(fleet, second);

        await fleet.EachAsync(machine => ShowsAsync(fleet, machine, "second"));
        Assert.Equal("600", (await fleet.Lab.RunAsync(
            ["stat", "-c", "%a", Path.Combine(fleet.Machines[0].Folder, "files", "web.key")])).Succeeded().Output);
        await sessions.LiveAsync();
    }

    [Fact]
    public async Task Certificate_that_does_not_go_with_its_key_is_refused_and_the_old_one_served_by_a_copy_too()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        var first = Issue("first");
        await PutCertificateAsync(fleet, first);
        await PutTlsAppAsync(fleet);
        await machine.ServesAsync(fleet.OtherPort);
        var position = machine.Proxify.LogPosition;

        await fleet.Store.PutFileAsync("/proxify/files/web.pem", Issue("second").ChainPath);

        await machine.Proxify.WaitForEventAsync("ConfigRejected", position);
        var served = Path.Combine(machine.Folder, "files", "web.pem");
        await Patience.Eventually(() => File.ReadAllText(served) == File.ReadAllText(first.ChainPath), what: "the old certificate's file again");
        await ShowsAsync(fleet, machine, "first");
        await fleet.Etcd.KillAsync();
        await machine.KillAsync();
        await machine.StartAsync();
        await machine.Proxify.WaitForEventAsync("ConfigFromCopy");
        await ShowsAsync(fleet, machine, "first");
    }

    [Fact]
    public async Task Ticket_of_one_machine_is_taken_by_another_as_long_as_both_have_its_key_from_etcd()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        await PutTicketKeyAsync(fleet);
        await PutCertificateAsync(fleet, Issue("first"));
        await PutTlsAppAsync(fleet, ("TicketKeys", new[] { "tickets" }));
        await fleet.EachAsync(machine => machine.ServesAsync(fleet.OtherPort));
        var session = Path.Combine(fleet.Lab.Directory, "session");

        await GreetAsync(fleet, fleet.Machines[0], "-sess_out", session);
        var second = await GreetAsync(fleet, fleet.Machines[1], "-sess_in", session);

        Assert.Contains("Reused, TLSv1.2", second);
        await PutTicketKeyAsync(fleet);
        foreach (var machine in fleet.Machines)
        {
            await Patience.Eventually(
                async () => (await GreetAsync(fleet, machine, "-sess_in", session)).Contains("New, TLSv1.2"), what: $"{machine.Name} has another key");
        }
    }

    private static TestCertificate Issue(string name) => Certs.Intermediate.Issue(name, CertificatePlan.ForServer("localhost"));

    private static async Task PutCertificateAsync(EtcdFleet fleet, TestCertificate certificate)
    {
        // Half a pair may be refused meanwhile, which is mended by the other half.
        await fleet.Store.PutFileAsync("/proxify/files/web.key", certificate.KeyPath);
        await fleet.Store.PutFileAsync("/proxify/files/web.pem", certificate.ChainPath);
    }

    private static Task PutTicketKeyAsync(EtcdFleet fleet)
    {
        var key = Path.Combine(fleet.Lab.Directory, "tickets");
        File.WriteAllBytes(key, RandomNumberGenerator.GetBytes(80));
        return fleet.Store.PutFileAsync("/proxify/files/tickets", key);
    }

    private static Task PutTlsAppAsync(EtcdFleet fleet, params (string Key, object Value)[] more)
    {
        var tls = ServerTls([("Certificates", new[] { new { Certificate = "web.pem", Key = "web.key" } }), .. more]);
        return fleet.Store.PutAsync("/proxify/apps/tls", EtcdFleet.Text(Config.App("tls", fleet.OtherPort, $"{fleet.Target.Endpoint}").With("Tls", tls)));
    }

    /// <summary>Waits until a client is shown the certificate of this name.</summary>
    private static Task ShowsAsync(EtcdFleet fleet, Machine machine, string name) => Patience.Eventually(
        async () => (await OpenSsl.ConnectAsync(machine.Lab, fleet.OtherPort, ["-no_ign_eof", "-servername", "localhost"])).Contains($"subject=CN = {name}"));

    private static async Task<string> GreetAsync(EtcdFleet fleet, Machine machine, params string[] options)
    {
        var client = OpenSsl.Start(machine.Lab, fleet.OtherPort, ["-CAfile", Certs.Root.CertificatePath, "-tls1_2", .. options]);
        using var target = await fleet.Target.AcceptAsync();
        target.Fin();
        await client.ExitAsync();
        return $"{client.Output}";
    }
}
