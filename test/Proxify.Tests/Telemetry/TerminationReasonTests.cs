using System.Text.RegularExpressions;
using Proxify.Telemetry;
using Proxify.Tests.Architecture;

namespace Proxify.Tests.Telemetry;

/// <summary>Reasons have stable words, and both pages that explain them have them all.</summary>
public sealed partial class TerminationReasonTests
{
    /// <summary>What users' filters and dashboards look for: only to be added to.</summary>
    private static readonly string[] Published =
    [
        "done", "client_reset", "target_reset", "half_close_timeout", "idle_timeout", "connect_failed", "no_route", "denied", "limit", "loop", "drained",
        "target_down", "target_removed", "client_closed", "internal_error", "tls_handshake", "client_certificate", "tls_truncated", "tls_error",
    ];

    private static string[] Words => [.. TerminationWords.All.Select(reason => reason.ToWord())];

    [Fact]
    public void Words_that_were_published_stay_and_none_means_two_things()
    {
        Assert.Equal(Published, Words.Take(Published.Length));
        Assert.Equal(Words.Length, Words.Distinct().Count());
    }

    [Theory]
    [InlineData("docs/operations.md", "### Termination reasons", false)]
    [InlineData("docs/runbook.md", "## Why sessions end", false)]
    [InlineData("docs/architecture.md", "### What ends a session, and how", true)]
    public void Tables_have_every_reason_and_no_other(string page, string heading, bool isLastColumn)
    {
        var section = File.ReadAllText(Path.Combine(Repository.Root, page)).Split(heading)[1].Split("\n#")[0];
        var rows = section.Split('\n').Where(line => line.StartsWith('|')).Skip(2);
        var words = rows.Select(row => row.Split('|')[isLastColumn ? ^2 : 1]).SelectMany(cell => Word().Matches(cell)).Select(match => match.Groups[1].Value);

        Assert.Equal(Words.Order(StringComparer.Ordinal), words.Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Word();
}
