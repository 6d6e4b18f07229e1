using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>openssl has a ticket, and comes back with it when its certificate has been revoked.</summary>
public sealed class RevokedTicketTests
{
    [Theory]
    [InlineData("-tls1_2", "sealed with a secret of this process")]
    [InlineData("-tls1_3", "sealed with a secret of this process")]
    [InlineData("-tls1_3", "sealed with a secret from a file")]
    public async Task Ticket_from_before_lets_nobody_in(string version, string sealing)
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var (lists, secret) = (Path.Combine(lab.Directory, "lists.pem"), Path.Combine(lab.Directory, "tickets.key"));
        File.Copy(Certs.WriteRevocations(TimeSpan.FromDays(1)), lists);
        (await lab.RunAsync([OpenSsl.Program, "rand", "-out", secret, "80"])).Succeeded();
        var keys = ("TicketKeys", (object)(sealing.EndsWith("file", StringComparison.Ordinal) ? [secret] : Array.Empty<string>()));
        var app = Config.App("app", port, Config.Local(targets.Port)).With("Health", new { Active = false })
            .With("Tls", ServerTls(keys, Clients(("RevocationLists", new[] { lists }))));
        var proxy = await lab.StartProxifyAsync(Config.Of(app));
        string[] client = [version, "-CAfile", Certs.Root.CertificatePath, .. OpenSsl.As(Certs.Client)];
        foreach (var resumption in new[] { "-sess_out", "-sess_in" })
            Assert.Contains(resumption == "-sess_in" ? "Reused" : "New", await VisitAsync(lab, targets, port, [.. client, resumption, "session"]));

        File.Copy(Certs.WriteRevocations(TimeSpan.FromDays(1), Certs.Client), lists + ".next");
        File.Move(lists + ".next", lists, overwrite: true);
        await proxy.WaitForEventAsync("TlsFilesChanged");
        var said = await OpenSsl.ConnectAsync(lab, port, [.. client, "-sess_in", "session"]);

        Assert.Contains("SSL alert number 44", said);
        var session = (await proxy.WaitForSessionsAsync(3))[^1];
        Assert.Equal(("client_certificate", "certificate revoked: CN=client"), (session.Reason, session.Text("detail")));
        Assert.False(targets.HasPending);
        Assert.True(session.IsNull("target"));
    }

    /// <summary>Gets a line from the target; what openssl has said.</summary>
    private static async Task<string> VisitAsync(Lab lab, PeerListener targets, int port, string[] options)
    {
        var client = OpenSsl.Start(lab, port, [.. options, "-ign_eof"]);
        using var target = await targets.AcceptAsync();
        await target.Socket.SendAsync("read\n"u8.ToArray());
        target.Fin();
        await client.ExitAsync();
        return $"{client.Output}";
    }
}
