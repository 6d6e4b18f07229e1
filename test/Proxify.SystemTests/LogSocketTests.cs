using System.Net.Sockets;
using System.Text.Json;

namespace Proxify.SystemTests;

/// <summary>
/// Events with their fields, as a journald and an rsyslogd get them. Both run beside the proxy, in mount namespaces where their sockets are theirs.
/// </summary>
public sealed class LogSocketTests
{
    [Fact]
    public async Task Journald_has_each_event_with_its_fields()
    {
        if (!Tool.IsRoot)
            Tool.Missing("needs root: a journald of its own");
        await using var lab = await Lab.CreateAsync();
        var run = Directory.CreateDirectory(Path.Combine(lab.Directory, "run")).FullName;
        var journal = Directory.CreateDirectory(Path.Combine(run, "log/journal")).FullName;
        Directory.CreateDirectory(Path.Combine(run, "systemd/journal"));
        string[] prefix = [.. Bwrap(), "--bind", run, "/run"];
        // Not in the lab's network namespace, where ip(8) hides the control groups that it wants to see.
        await using var journald = RunningProcess.Start([.. prefix, "/lib/systemd/systemd-journald"]);
        await Patience.Eventually(() => File.Exists(Path.Combine(run, "systemd/journal/socket")));
        var (echo, port) = (await lab.StartEchoAsync(), lab.Port());
        lab.LaunchProxify(Config.Single(port, echo[0]), new() { LogFormat = "journal", Prefix = prefix });
        await EntryAsync("Started");

        await lab.EchoesAsync(port);

        var session = await EntryAsync("Session");
        Assert.Equal(
            ["session of app app ended: done", "6", "proxify", "1000", "app", Config.Local(echo[0]), "1000", "done"],
            "MESSAGE PRIORITY SYSLOG_IDENTIFIER PROXIFY_ID PROXIFY_APP PROXIFY_TARGET PROXIFY_FROM_CLIENT PROXIFY_REASON".Split(' ')
                .Select(name => session.GetProperty(name).GetString()));

        async Task<JsonElement> EntryAsync(string name)
        {
            var output = "";
            await Patience.Eventually(async () =>
                (output = (await lab.RunAsync(["journalctl", "-D", journal, "-o", "json", "--no-pager", $"PROXIFY_EVENT={name}"])).Output).Length > 0);
            return JsonDocument.Parse(output.Split('\n')[0]).RootElement;
        }
    }

    [Fact]
    public async Task Rsyslogd_has_each_event_with_its_fields_as_structured_data()
    {
        await using var lab = await Lab.CreateAsync();
        var (log, lines) = (Path.Combine(lab.Directory, "log"), Path.Combine(lab.Directory, "lines"));
        var config = Path.Combine(lab.Directory, "rsyslog.conf");
        await File.WriteAllTextAsync(config, $"""
            module(load="imuxsock" SysSock.Name="{log}" SysSock.UseSpecialParser="off" SysSock.RateLimit.Interval="0")
            template(name="fields" type="string" string="%app-name% %syslogfacility-text%.%syslogseverity-text% %msgid% %structured-data% %msg%\n")
            action(type="omfile" file="{lines}" template="fields")
            """, TestContext.Current.CancellationToken);
        lab.Start([Tool.Require("rsyslogd", "rsyslog"), "-n", "-i", "NONE", "-f", config]);
        await Patience.Eventually(() => File.Exists(log));
        var (echo, port) = (await lab.StartEchoAsync(), lab.Port());
        var proxy = lab.LaunchProxify(Config.Single(port, echo[0]), new() { LogFormat = "syslog", Prefix = [.. Bwrap(), "--symlink", log, "/dev/log"] });
        await SeenAsync(" Started ");

        await lab.EchoesAsync(port);

        Assert.Matches(
            $@"^proxify daemon\.info Session \[proxify@32473 id=""1000"" app=""app"" listen=""127\.0\.0\.1:{port}"" .* reason=""done""\] " +
            "session of app app ended: done$",
            await SeenAsync(" Session "));
        proxy.SaveConfig("""{"Apps":"[\"]"}""");
        Assert.Matches(@"^proxify daemon\.err ConfigRejected \[.*found \\""\[\\\\\\""\\\]\\"".*\] Config rejected", await SeenAsync(" ConfigRejected "));

        async Task<string> SeenAsync(string part)
        {
            string? line = null;
            await Patience.Eventually(() => File.Exists(lines)
                && (line = File.ReadAllLines(lines).FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal))) is not null);
            return line!;
        }
    }

    [Fact]
    public async Task A_socket_that_nobody_reads_keeps_nobody_waiting()
    {
        await using var lab = await Lab.CreateAsync();
        var log = Path.Combine(lab.Directory, "log");
        using var reader = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        reader.Bind(new UnixDomainSocketEndPoint(log));
        var (echo, port) = (await lab.StartEchoAsync(), lab.Port());
        var proxy = lab.LaunchProxify(Config.Single(port, echo[0]), new() { LogFormat = "syslog", Prefix = [.. Bwrap(), "--symlink", log, "/dev/log"] });
        await Patience.Eventually(() => !lab.IsRefused(port));

        // More than a socket holds (net.unix.max_dgram_qlen).
        for (var i = 0; i < 600; i++)
            await lab.EchoesAsync(port);

        var pid = proxy.Process.Pid; // of bwrap, which runs the proxy as its child, and ends with its exit code
        Assert.Equal(0, Posix.Kill(int.Parse(File.ReadAllText($"/proc/{pid}/task/{pid}/children")), Posix.SigTerm));
        Assert.Equal(0, await proxy.ExitAsync());
    }

    [Theory]
    [InlineData("syslog", "/dev/log")]
    [InlineData("journal", "/run/systemd/journal/socket")]
    public async Task A_socket_that_is_not_there_is_told_at_the_start(string format, string socket)
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(
            Config.Single(lab.Port(), lab.Port()), new() { LogFormat = format, Prefix = [.. Bwrap(), "--tmpfs", "/run"] });

        Assert.Equal(1, await proxy.ExitAsync());
        Assert.StartsWith($"proxify: --log-format {format}: {socket}: ", Assert.Single(proxy.Process.Errors.Lines), StringComparison.Ordinal);
    }

    private static string[] Bwrap() => [Tool.Require("bwrap", "bubblewrap"), "--die-with-parent", "--bind", "/", "/", "--dev", "/dev"];
}
