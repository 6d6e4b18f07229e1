using System.Text.Json;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Admin;

/// <summary>The dashboard: its files with curl, and what it does in a browser.</summary>
public sealed partial class DashboardTests
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/dashboard.css", "text/css")]
    [InlineData("/dashboard.js", "text/javascript")]
    public async Task A_file_is_given_with_a_policy_and_again_only_when_it_has_changed(string path, string type)
    {
        await using var lab = await AdminLab.CreateAsync();

        var head = await HeadAsync(lab, path);
        Assert.StartsWith("HTTP/1.1 200 ", head);
        Assert.Contains($"\nContent-Type: {type}; charset=utf-8\n", head);
        Assert.Contains($"\nContent-Security-Policy: {Policy}\n", head);
        Assert.Contains("\nReferrer-Policy: no-referrer\n", head);
        Assert.Contains("\nX-Content-Type-Options: nosniff\n", head);
        Assert.Contains("\nCache-Control: no-cache\n", head);
        var tag = Tag().Match(head).Groups["tag"].Value;

        Assert.StartsWith("HTTP/1.1 304 ", await HeadAsync(lab, path, "-H", $"If-None-Match: {tag}"));
        Assert.StartsWith("HTTP/1.1 200 ", await HeadAsync(lab, path, "-H", "If-None-Match: \"other\""));
    }

    [Theory]
    [InlineData("/dashboard.html")]
    [InlineData("/dashboard")]
    [InlineData("/favicon.ico")]
    [InlineData("/steering.bpf.o")]
    [InlineData("/..%2fdashboard.js")]
    public async Task There_are_no_other_files(string path)
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.Contains("there is no ", (await lab.AskHttpAsync(path)).Error(404));
    }

    [Fact]
    public async Task Nothing_in_the_files_is_inline_or_from_elsewhere()
    {
        await using var lab = await AdminLab.CreateAsync();
        var (page, style, script) = (await ReadAsync("/"), await ReadAsync("/dashboard.css"), await ReadAsync("/dashboard.js"));

        Assert.DoesNotMatch("<style|<script(?! type=\"module\" src=\"dashboard.js\"></script>)| style=| on[a-z]+=|javascript:", page);
        Assert.DoesNotMatch("@import|url\\(", style);
        Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|Storage|cookie", script);
        Assert.All([page, style, script], static text => Assert.DoesNotMatch("[a-z]+://|[\"']//", text));

        async Task<string> ReadAsync(string path) => (await lab.AskAsync(path)).Text;
    }

    [Fact]
    public async Task It_shows_apps_targets_sessions_and_events_as_they_come()
    {
        await using var lab = await AdminLab.CreateAsync();
        await using var browser = await Browser.OpenAsync(lab.Lab, $"http://127.0.0.1:{lab.Http}/");

        await browser.WaitForTextAsync("#apps-table tbody tr", $"app\t{lab.Port}\t2 of 2\t0");
        await browser.WaitForTextAsync("#events-list li", "Started");
        Assert.False((await browser.EvaluateAsync("document.querySelector('#fleet').checkVisibility()")).GetBoolean());
        using var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(1000);
        await client.ReceiveAsync(1000);
        await browser.WaitForTextAsync("#sessions-table tbody tr", $"{client.Local}");

        await browser.ClickAsync("#apps-table a");
        await browser.WaitForTextAsync("#targets-table tbody tr", $"{Config.Local(lab.Targets[1])}\tup");
        (await lab.AskAsync($"{lab.TargetPath(1)}/drain", "POST")).Ok();
        await browser.WaitForTextAsync("#events-list li", $"The weight of target {Config.Local(lab.Targets[1])} of app app is 0");
        await browser.WaitForTextAsync("#targets-table tbody tr", "config: 1");
        await browser.WaitForTextAsync("#changes-list li", $"{Config.Local(lab.Targets[1])}: weight 0, 1 in the config");

        await File.WriteAllTextAsync(lab.Proxify.ConfigPath, "{}", TestContext.Current.CancellationToken);
        await browser.WaitForTextAsync("#refused", "Apps: is missing");
        Assert.True((await browser.EvaluateAsync("[...document.querySelectorAll('.change')].every(e => !e.checkVisibility())")).GetBoolean());
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task With_the_token_a_target_is_drained_after_a_question_and_the_token_is_stored_nowhere()
    {
        await using var lab = await AdminLab.CreateAsync();
        await using var browser = await Browser.OpenAsync(lab.Lab, $"http://127.0.0.1:{lab.Http}/#app=app");
        await browser.WaitForTextAsync("#targets-table tbody tr", Config.Local(lab.Targets[0]));

        await browser.ClickAsync("#token");
        await browser.EvaluateAsync($"document.querySelector('#token-value').value = '{AdminLab.Token}'");
        await browser.ClickAsync("#token-dialog .go");
        await browser.WaitForTextAsync("#targets-table button", "Drain");
        await browser.ClickAsync($"#targets-table button[aria-label='Drain {Config.Local(lab.Targets[0])}']");
        await browser.WaitForTextAsync("#confirm", $"{Config.Local(lab.Targets[0])} of app gets no new sessions");
        Assert.Equal(1, await WeightAsync());

        // Somebody else changes something meanwhile: it is said, and shown, before one may go on.
        (await lab.AskAsync($"{lab.TargetPath(1)}/drain", "POST")).Ok();
        await browser.ClickAsync("#confirm .go");
        await browser.WaitForTextAsync("#confirm-error", "look again");
        Assert.Equal(1, await WeightAsync());
        await browser.WaitAsync("!document.querySelector('#confirm .go').disabled");
        await browser.ClickAsync("#confirm .go");
        await browser.WaitAsync("!document.querySelector('#confirm').open");
        Assert.Equal(0, await WeightAsync());

        var kept = await browser.EvaluateAsync("[localStorage.length, sessionStorage.length, document.cookie, location.href.includes('token')].join()");
        Assert.Equal("0,0,,false", kept.GetString());
        Assert.Single(browser.Complaints, static complaint => complaint.Contains("412", StringComparison.Ordinal));

        async Task<int> WeightAsync() => (await lab.AskAsync("/v1/targets")).Ok()[0].GetProperty("weight").GetInt32();
    }

    [Fact]
    public async Task Each_button_does_what_it_says_and_events_show_as_they_come()
    {
        await using var lab = await AdminLab.CreateAsync();
        var target = Config.Local(lab.Targets[0]);
        await using var browser = await OpenWithTokenAsync(lab);
        Peer[] live = [await LiveAsync(lab), await LiveAsync(lab)];

        await PressAsync(browser, Of("Disable", target));
        Assert.Equal(PeerEnd.Reset, await (await WithAsync(lab, target, live)).ReceiveToEndAsync());
        await EventAsync(browser, $"The weight of target {target} of app app is 0");
        await PressAsync(browser, Of("Enable", target));
        await EventAsync(browser, "the config's again");
        Assert.Equal(1, await WeightAsync(lab, 0));

        using var drained = await LiveAsync(lab);
        var with = (await SessionsAsync(lab)).Single(s => s.GetProperty("client").GetString() == $"{drained.Local}").GetProperty("target").GetString()!;
        await PressAsync(browser, Of("Drain", with), within: "200ms");
        Assert.Equal(PeerEnd.Reset, await drained.ReceiveToEndAsync());
        await PressAsync(browser, Of("Enable", with));

        await PressAsync(browser, "#app-pause");
        await EventAsync(browser, "takes no connections any more");
        await lab.Lab.ExpectRefusedAsync(lab.Port);
        await browser.WaitForTextAsync("#app-pause", "Resume");
        await PressAsync(browser, "#app-pause");
        await EventAsync(browser, "takes connections again");
        using var ended = await LiveAsync(lab);
        await browser.WaitForTextAsync("#sessions-table tbody tr", $"{ended.Local}");
        await PressAsync(browser, $"#sessions-table button[aria-label='End the session of {ended.Local}']");
        Assert.Equal(PeerEnd.Reset, await ended.ReceiveToEndAsync());

        await PressAsync(browser, "#reload");
        await EventAsync(browser, "Config reloaded");
        Assert.Empty(browser.Complaints);
        foreach (var peer in live)
            peer.Dispose();
    }

    [Fact]
    public async Task A_time_to_drain_within_that_is_none_is_refused_in_the_question()
    {
        await using var lab = await AdminLab.CreateAsync();
        await using var browser = await OpenWithTokenAsync(lab);

        await browser.ClickAsync(Of("Drain", Config.Local(lab.Targets[0])));
        await browser.EvaluateAsync("document.querySelector('#within-value').value = 'soon'");
        await browser.ClickAsync("#confirm .go");

        await browser.WaitForTextAsync("#confirm-error", "within: expected a time such as");
        Assert.Equal(1, await WeightAsync(lab, 0));
    }

    [Fact]
    public async Task Of_a_thousand_targets_only_those_in_sight_are_in_the_page()
    {
        await using var lab = await AdminLab.CreateAsync();
        await lab.Proxify.ReloadAsync(lab.Config([.. Enumerable.Range(30_000, 1000)]));
        await using var browser = await Browser.OpenAsync(lab.Lab, $"http://127.0.0.1:{lab.Http}/#app=app");

        await browser.WaitForTextAsync("#targets-table tbody tr", Config.Local(30_000));
        Assert.Equal("1001", (await browser.EvaluateAsync("document.querySelector('#targets-table').getAttribute('aria-rowcount')")).GetString());
        Assert.InRange((await browser.EvaluateAsync("document.querySelectorAll('#targets-table tr').length")).GetInt32(), 10, 100);
        await browser.EvaluateAsync("document.querySelector('#targets-table').parentElement.scrollTo(0, 1e6)");
        await browser.WaitForTextAsync("#targets-table tbody tr", Config.Local(30_999));
        Assert.InRange((await browser.EvaluateAsync("document.querySelectorAll('#targets-table tr').length")).GetInt32(), 10, 100);
        Assert.InRange((await browser.EvaluateAsync("document.querySelectorAll('*').length")).GetInt32(), 100, 2500);
        Assert.Empty(browser.Complaints);
    }

    private static string Of(string verb, string target) => $"#targets-table button[aria-label='{verb} {target}']";

    private static async Task<Browser> OpenWithTokenAsync(AdminLab lab)
    {
        var browser = await Browser.OpenAsync(lab.Lab, $"http://127.0.0.1:{lab.Http}/#app=app");
        await browser.WaitForTextAsync("#targets-table tbody tr", Config.Local(lab.Targets[0]));
        await browser.ClickAsync("#token");
        await browser.EvaluateAsync($"document.querySelector('#token-value').value = '{AdminLab.Token}'");
        await browser.ClickAsync("#token-dialog .go");
        await browser.WaitForTextAsync("#targets-table button", "Drain");
        await browser.WaitForTextAsync("#events-list li", "Started");
        return browser;
    }

    /// <summary>Presses a button, and answers its question with yes.</summary>
    private static async Task PressAsync(Browser browser, string button, string within = "")
    {
        await browser.WaitAsync($"document.querySelector(\"{button}\")?.checkVisibility()");
        await browser.ClickAsync(button);
        await browser.WaitAsync("document.querySelector('#confirm').open");
        await browser.EvaluateAsync($"document.querySelector('#within-value').value = '{within}'");
        await browser.ClickAsync("#confirm .go");
        await browser.WaitAsync("!document.querySelector('#confirm').open");
    }

    /// <summary>The newest event stands first: it has come by the stream, as nothing else asks for events.</summary>
    private static Task EventAsync(Browser browser, string text) => browser.WaitForTextAsync("#events-list li", text);

    private static async Task<Peer> LiveAsync(AdminLab lab)
    {
        var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(10);
        await client.ReceiveAsync(10);
        return client;
    }

    private static async Task<JsonElement[]> SessionsAsync(AdminLab lab) =>
        [.. (await lab.AskAsync("/v1/sessions")).Ok().GetProperty("sessions").EnumerateArray()];

    /// <summary>That of two whose session was with a target, as far as it is not there any more.</summary>
    private static async Task<Peer> WithAsync(AdminLab lab, string target, Peer[] peers)
    {
        var left = Assert.Single(await SessionsAsync(lab));
        Assert.NotEqual(target, left.GetProperty("target").GetString());
        return peers.Single(peer => $"{peer.Local}" != left.GetProperty("client").GetString());
    }

    private static async Task<int> WeightAsync(AdminLab lab, int target) =>
        (await lab.AskAsync("/v1/targets")).Ok()[target].GetProperty("weight").GetInt32();

    private static async Task<string> HeadAsync(AdminLab lab, string path, params string[] options) => (await lab.Lab.RunAsync([
        Tool.Require("curl", "curl"), "-sS", "-D", "-", "-o", "/dev/null", .. options, $"http://127.0.0.1:{lab.Http}{path}"]))
        .Succeeded().Output.Replace("\r", "");

    [GeneratedRegex("\nETag: (?<tag>\"[0-9a-f]{16}\")\n")]
    private static partial Regex Tag();
}
