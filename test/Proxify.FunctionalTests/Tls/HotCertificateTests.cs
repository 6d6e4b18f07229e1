using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Pki;
using Proxify.Tls;
using static Proxify.FunctionalTests.Tls.TlsApp;

namespace Proxify.FunctionalTests.Tls;

/// <summary>What new handshakes get when files change.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HotCertificateTests : IDisposable
{
    private static readonly TestCertificate Next = Certs.Intermediate.Issue("next", CertificatePlan.ForServer("localhost"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxify-tls-");
    private readonly EventLog _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("in place")]
    [InlineData("rename")]
    [InlineData("link")]
    public async Task Changed_pair_is_served_however_it_was_saved(string way)
    {
        Save("..1", Certs.Server);
        File.CreateSymbolicLink(In("..data"), "..1");
        foreach (var name in (string[])["tls.crt", "tls.key"])
            File.CreateSymbolicLink(In(name), $"..data/{name}");
        var tls = Of(new TlsConfig { Certificates = [new() { Certificate = In("tls.crt"), Key = In("tls.key") }] });
        using var watcher = Watch(tls);
        Assert.Contains("CN = localhost", await ServedAsync(tls));

        if (way == "in place")
            Save("..1", Next);
        else
            Save("..2", Next);
        if (way == "rename")
        {
            foreach (var name in (string[])["tls.crt", "tls.key"])
                File.Move(In($"..2/{name}"), In(name), overwrite: true);
        }
        else if (way == "link")
        {
            // As Kubernetes does it; rename(2), where .NET's moves refuse to replace a link to a folder.
            File.CreateSymbolicLink(In("..data_tmp"), "..2");
            using var mv = System.Diagnostics.Process.Start("mv", ["-T", In("..data_tmp"), In("..data")]);
            await mv.WaitForExitAsync().Within();
        }

        var changed = await _log.WaitForAsync("TlsFilesChanged");
        Assert.Equal($"{In("tls.crt")}, {In("tls.key")}", changed["Files"]);
        Assert.Contains("CN = next", await ServedAsync(tls));
    }

    [Fact]
    public async Task Pair_that_does_not_belong_together_is_refused_and_told_and_the_one_before_served()
    {
        var (certificate, key) = (In("web.pem"), In("web.key"));
        File.Copy(Certs.Server.ChainPath, certificate);
        File.Copy(Certs.Server.KeyPath, key);
        var tls = Of(new TlsConfig { Certificates = [new() { Certificate = certificate, Key = key }] });
        using var watcher = Watch(tls);

        File.Copy(Next.ChainPath, certificate, overwrite: true);
        var refused = await _log.WaitForAsync("TlsFilesRefused");
        Assert.Equal($"Apps[0].Tls.Certificates[0].Key: {key}: has a private key that is not that of the first certificate in {certificate}: key values mismatch",
            refused["Problems"]);
        Assert.Contains("CN = localhost", await ServedAsync(tls));

        File.Copy(Certs.Server.ChainPath, certificate, overwrite: true);
        await _log.WaitForAsync("TlsFilesGoodAgain");
        Assert.Contains("CN = localhost", await ServedAsync(tls));

        File.Copy(Next.CombinedPath, certificate, overwrite: true);
        File.Copy(Next.KeyPath, key, overwrite: true);
        await _log.WaitForAsync("TlsFilesChanged");
        Assert.Contains("CN = next", await ServedAsync(tls));
    }

    [Fact]
    public async Task Key_that_others_may_read_is_told_once()
    {
        var path = In("web.pem");
        File.Copy(Certs.Server.CombinedPath, path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var tls = Of(new TlsConfig { Certificates = [new() { Certificate = path }] });
        using var watcher = Watch(tls);

        var warning = await _log.WaitForAsync("TlsFileWarning");
        Assert.Equal($"{path}: is not for its owner alone to read, as a secret should be (mode 0404)", warning["Warning"]);
        watcher.Follow([tls]);
        Assert.Single(_log.Events, e => e.Name == "TlsFileWarning");
    }

    [Fact]
    public void Expiry_is_told_30_7_and_1_days_before_it_and_when_it_has_come()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var path = Certs.Intermediate.Issue("a", CertificatePlan.ForServer("a.test") with { IsLocal = false, Until = TimeSpan.FromDays(100.1) }).CombinedPath;
        using var watcher = new TlsWatcher(clock, _log);
        watcher.Follow([Of(new TlsConfig { Certificates = [new() { Certificate = path }] }, clock: clock)]);

        var told = new List<(int Day, string? Name)>();
        for (var day = 1; day <= 110; day++)
        {
            _log.Events.Clear();
            for (var hour = 0; hour < 24; hour++)
                clock.Advance(TimeSpan.FromHours(1));
            told.AddRange(_log.Events.Select(e => (day, e.Name)));
        }

        Assert.Equal([(71, "TlsFileExpires"), (94, "TlsFileExpires"), (100, "TlsFileExpires"), (101, "TlsFileExpired")], told);
    }

    [Theory]
    [InlineData(6, 5, null)]
    [InlineData(6, 1.9, 7)]
    [InlineData(6, 0.9, 1)]
    [InlineData(90, 31, null)]
    [InlineData(90, 29, 30)]
    [InlineData(90, -1, 0)]
    public void What_holds_for_some_days_only_is_told_late(double life, double left, int? notice)
    {
        var until = DateTimeOffset.UnixEpoch.AddDays(life);
        var validity = new Validity("certificate of a.test", "a.pem", DateTimeOffset.UnixEpoch, until);

        Assert.Equal(notice, validity.NoticeAt(until.AddDays(-left)));
    }

    [Fact]
    public async Task Random_secret_is_replaced_twice_a_day()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var tls = Of(Config, clock: clock);
        using var watcher = new TlsWatcher(clock, _log);
        watcher.Follow([tls]);
        await using var server = new ContextServer(() => tls.Current);
        await OpenSslClient.ConnectAsync(server.Port, "-tls1_3", "-sess_out", In("session"));
        await server.DoneAsync();

        clock.Advance(TlsWatcher.SecretLife);
        Assert.True((await ResumesAsync()).IsResumed);
        clock.Advance(TlsWatcher.SecretLife);
        Assert.False((await ResumesAsync()).IsResumed);

        async Task<Transport.Tls.TlsInfo> ResumesAsync()
        {
            await OpenSslClient.ConnectAsync(server.Port, "-tls1_3", "-sess_in", In("session"));
            return await server.DoneAsync();
        }
    }

    private TlsWatcher Watch(ServerTls tls)
    {
        var watcher = new TlsWatcher(TimeProvider.System, _log);
        watcher.Follow([tls]);
        return watcher;
    }

    private static async Task<string> ServedAsync(ServerTls tls)
    {
        await using var server = new ContextServer(() => tls.Current);
        return await OpenSslClient.ConnectAsync(server.Port);
    }

    private void Save(string folder, TestCertificate certificate)
    {
        Directory.CreateDirectory(In(folder));
        File.Copy(certificate.ChainPath, In($"{folder}/tls.crt"), overwrite: true);
        File.Copy(certificate.KeyPath, In($"{folder}/tls.key"), overwrite: true);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
