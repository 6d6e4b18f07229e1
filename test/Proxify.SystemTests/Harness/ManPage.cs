using System.Text;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Harness;

/// <summary>proxify(1), in the requests of man(7), of what the program itself says when it is asked for help.</summary>
internal sealed partial class ManPage
{
    private readonly StringBuilder _page = new();

    private ManPage()
    {
    }

    public static async Task<string> WriteAsync()
    {
        var page = new ManPage();
        var root = await HelpAsync();
        page.Begin(root);
        foreach (var option in root["Options"])
            page.Entry(option);
        page.Line(".SH COMMANDS");
        foreach (var command in root["Commands"])
            await page.WriteCommandAsync([Entries().Match(command).Groups[1].Value.Split(' ')[0]], Entries().Match(command).Groups[2].Value);
        page.End(root);
        return page._page.ToString();
    }

    private void Begin(Dictionary<string, string[]> root)
    {
        Line(".\\\" Written by make reference.");
        Line(".TH PROXIFY 1 2026-11-29 proxify \"User Commands\"");
        Line(".SH NAME");
        Line("proxify \\- a layer-4 (TCP) proxy and load balancer for Linux");
        Line(".SH SYNOPSIS");
        Line(".B proxify");
        Line("[OPTION]... [COMMAND]");
        Line(".SH DESCRIPTION");
        Line("Without a command the proxy runs until a signal ends it: it listens on the ports of its config, picks a target for each connection, and moves bytes"
            + " both ways.");
        Line("With a command a running proxy is asked or changed, a config is checked, or something to try it with is run.");
        Line(".SH OPTIONS");
        Assert.NotEmpty(root["Options"]);
    }

    private void End(Dictionary<string, string[]> root)
    {
        Line(".SH EXIT STATUS");
        Entry("0", "All was well, or a signal has ended it.");
        Entry("1", "It could not start, or what was asked for was refused.");
        Entry("2", "The command line is wrong.");
        Line(".SH ENVIRONMENT");
        Entry("\\fBPROXIFY_ADMIN\\fR", "Where the commands find the running proxy, unless --admin says so.");
        Line(".SH FILES");
        Entry("\\fIconfig.json\\fR", "The config, unless --config names another.");
        Entry("\\fI/run/proxify/admin.sock\\fR, \\fI$XDG_RUNTIME_DIR/proxify/admin.sock\\fR, \\fIconfig.json.sock\\fR",
            "Where a running proxy answers, unless its config says so: the first that could be made.");
        Line(".SH SIGNALS");
        Entry("TERM, INT, QUIT", "Stop: sessions may end by themselves for a while; the second one resets them.");
        Entry("HUP", "Read the config again; saving the file does that, too.");
        Entry("USR1", "Open the log file anew.");
        Line(".SH EXAMPLES");
        Line(".nf");
        foreach (var example in root["Examples"])
            Line(Escaped(example.Trim()));
        Line(".fi");
    }

    private async Task WriteCommandAsync(string[] words, string description)
    {
        var help = await HelpAsync(words);
        Line($".SS {Escaped(string.Join(' ', words))}");
        Line($".B {Escaped(help["Usage"][0].Trim().Replace(" [options]", " [OPTION]...").Replace(" [command]", " [COMMAND]"))}");
        Line(".PP");
        Line(Escaped(description));
        var options = help["Options"].Where(static option => !option.Contains("--help", StringComparison.Ordinal));
        foreach (var entry in help.GetValueOrDefault("Arguments", []).Concat(options))
            Entry(entry);
        foreach (var command in help.GetValueOrDefault("Commands", []).Select(static line => Entries().Match(line)))
            await WriteCommandAsync([.. words, command.Groups[1].Value.Split(' ')[0]], command.Groups[2].Value);
    }

    private void Entry(string line)
    {
        var entry = Entries().Match(line);
        Entry($"\\fB{Escaped(entry.Groups[1].Value)}\\fR", entry.Groups[2].Value);
    }

    private void Entry(string head, string text)
    {
        Line(".TP");
        Line(head);
        Line(Escaped(text));
    }

    private void Line(string text) => _page.Append(text).Append('\n');

    /// <summary>With dashes that can be copied, and no line that begins as a request does.</summary>
    private static string Escaped(string text)
    {
        var escaped = text.Replace("\\", "\\e").Replace("-", "\\-");
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }

    /// <returns>The lines below each heading.</returns>
    private static async Task<Dictionary<string, string[]>> HelpAsync(params string[] words)
    {
        var help = (await RunningProcess.RunAsync([Repository.Binary, .. words, "--help"])).Succeeded().Output;
        return help.Split("\n\n").Select(static section => section.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(static lines => lines.Length > 0)
            .ToDictionary(static lines => lines[0].TrimEnd(':'), static lines => lines[1..], StringComparer.Ordinal);
    }

    [GeneratedRegex("^  (\\S.*?)(?: {2,}(.*))?$")]
    private static partial Regex Entries();
}
