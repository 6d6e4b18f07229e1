using System.Text.Json.Nodes;

namespace Proxify.SystemTests.Etcd;

/// <summary>The dashboard of a proxy that is one of many, in a browser.</summary>
public sealed class EtcdDashboardTests
{
    [Fact]
    public async Task Machines_are_shown_with_what_is_wrong_and_what_holds_on_all_of_them()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab);
        var store = new Etcdctl(lab, $"127.0.0.1:{etcd.Port}");
        var (http, target) = (lab.Port(), Config.Local((await lab.StartEchoAsync())[0]));
        await store.PutAsync("/proxify/config", $$"""{ "Admin": { "Socket": "admin.sock", "Listen": ["127.0.0.1:{{http}}"] } }""");
        await store.PutAsync("/proxify/apps/app", EtcdFleet.Text(Config.App("app", lab.Port(), target)));
        await new Machine(lab, "edge-1", $"etcd://127.0.0.1:{etcd.Port}").StartAsync();
        await using var browser = await Browser.OpenAsync(lab, $"http://127.0.0.1:{http}/");

        await browser.WaitForTextAsync("#machines-table tbody tr", "edge-1");
        Assert.Equal("this one", (await browser.EvaluateAsync("document.querySelector('#machines-table .tag').innerText")).GetString());
        await browser.WaitForTextAsync("#machines-table tbody tr", "1 of 1");
        Assert.Equal("", (await browser.EvaluateAsync("document.querySelector('#fleet-list').innerText")).GetString());

        // Another one, as it would tell of itself.
        var other = JsonNode.Parse((await store.GetAsync("/proxify/machines/edge-1"))!)!;
        (other["name"], other["problems"], other["state"]) = ("edge-2", new JsonArray("/proxify/apps/bad:1:2: Apps[1].Ports: is missing"), "stopping");
        await store.PutAsync("/proxify/machines/edge-2", other.ToJsonString());
        await browser.WaitForTextAsync("#machines-table tbody tr", "stopping; config refused");
        await browser.WaitForTextAsync("#fleet-list li", "edge-2 does not have the newest config: /proxify/apps/bad:1:2: Apps[1].Ports: is missing");

        await store.PutAsync($"/proxify/changes/app/{Uri.EscapeDataString(target)}", """{ "state": "drained", "by": "alice@ops", "machine": "edge-2" }""");
        await browser.WaitForTextAsync("#fleet-list li", $"app {target}: drained by alice@ops at edge-2");
        await browser.WaitForTextAsync("#changes-list li", $"app {target}: drained on all machines");
        Assert.Empty(browser.Complaints);

        await etcd.KillAsync();
        await browser.WaitForTextAsync("#fleet-problem", "As it was: ");
        await browser.WaitForTextAsync("#state", "live");
    }
}
