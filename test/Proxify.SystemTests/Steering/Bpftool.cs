using System.Text.Json;

namespace Proxify.SystemTests.Steering;

/// <summary>bpftool(8) in a lab. It shows the whole machine's maps, so the lab's own are found by way of its link: link, program, map.</summary>
internal sealed class Bpftool(Lab lab)
{
    private static string Program => Tool.Require("bpftool", "bpftool");

    /// <summary>What it prints for people.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await lab.RunAsync([Program, .. arguments])).Succeeded().Output;

    /// <summary>Whether anything is attached to the lab's network namespace.</summary>
    public async Task<bool> ShowsLinkAsync() => await FindLinkAsync() is not null;

    /// <summary>The number of this lab's <c>proxy_ports</c>.</summary>
    public async Task<int> PortsMapIdAsync()
    {
        var link = await FindLinkAsync();
        Assert.True(link is not null, "no sk_lookup program is attached to this network namespace");
        var program = await JsonAsync("prog", "show", "id", $"{link.Value.GetProperty("prog_id").GetInt32()}");
        Assert.Equal("proxify_steer", program.GetProperty("name").GetString());
        var ours = program.GetProperty("map_ids").EnumerateArray().Select(static id => id.GetInt32()).ToHashSet();
        using var document = JsonDocument.Parse((await lab.RunAsync([Program, "--json", "map", "show"])).Output); // as with links
        var maps = document.RootElement;
        return maps.EnumerateArray().Single(map => map.TryGetProperty("name", out var name) && name.GetString() == "proxy_ports" && ours.Contains(Id(map)))
            .GetProperty("id").GetInt32();
    }

    /// <summary>The steered ports and their values: 1 from the config, 0 by hand.</summary>
    public async Task<Dictionary<int, int>> DumpPortsAsync()
    {
        using var dump = JsonDocument.Parse(await RunAsync("map", "dump", "id", $"{await PortsMapIdAsync()}"));
        return dump.RootElement.EnumerateArray()
            .ToDictionary(static entry => entry.GetProperty("key").GetInt32(), static entry => entry.GetProperty("value").GetInt32());
    }

    public async Task OpenAsync(int port) => await RunAsync(["map", "update", "id", $"{await PortsMapIdAsync()}", "key", .. Bytes(port), "value", "0x00"]);

    public async Task CloseAsync(int port) => await RunAsync(["map", "delete", "id", $"{await PortsMapIdAsync()}", "key", .. Bytes(port)]);

    private static int Id(JsonElement map) => map.GetProperty("id").GetInt32();

    // Host byte order, which is little-endian wherever .NET runs.
    private static string[] Bytes(int port) => [$"0x{port & 0xff:x2}", $"0x{port >> 8:x2}"];

    private async Task<JsonElement?> FindLinkAsync()
    {
        var inode = (await lab.RunAsync(["readlink", "/proc/self/ns/net"])).Succeeded().Output.Trim()["net:[".Length..^1];
        // Other labs' links come and go while bpftool lists them; for one that goes it prints an error in its place, and exits with one.
        using var document = JsonDocument.Parse((await lab.RunAsync([Program, "--json", "link", "show"])).Output);
        var links = document.RootElement.Clone();
        return links.EnumerateArray().Cast<JsonElement?>()
            .FirstOrDefault(link => link!.Value.TryGetProperty("netns_ino", out var netns) && netns.ToString() == inode
                && link.Value.GetProperty("attach_type").GetString() == "sk_lookup");
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using var document = JsonDocument.Parse(await RunAsync(["--json", .. arguments]));
        return document.RootElement.Clone();
    }
}
