namespace Proxify.SystemTests.Steering;

/// <summary>What steering asks of a config besides, told as every other error: with its place.</summary>
public sealed class SteeringConfigErrorTests
{
    [Theory]
    [InlineData("""{"Name":"a","Ports":[5001,8080],"Targets":["127.0.0.1:9001"]}""", ":3:31: Apps[0].Ports[1]: 8080 is the port of the steering listener (-p)")]
    [InlineData("""{"Name":"a","Ports":["8000-9000"],"Targets":["127.0.0.1:9001"]}""",
        ":3:26: Apps[0].Ports[0]: 8080 is the port of the steering listener (-p)")]
    [InlineData("""{"Name":"a","Ports":[5001],"Bind":["127.0.0.1"],"Targets":["127.0.0.1:9001"]}""", ":3:39: Apps[0].Bind: ")]
    [InlineData("""{"Name":"a","Ports":[5001,5002],"Targets":["127.0.0.1:5002"]}""",
        ":3:48: Apps[0].Targets[0]: 127.0.0.1:5002 would connect back to proxify itself (Apps[0].Ports[1])")]
    [InlineData("""{"Name":"a","Ports":[5001],"Targets":["[::1]:8080"]}""", "Apps[0].Targets[0]: [::1]:8080 is on this machine")]
    [InlineData("""{"Name":"a","Ports":[5001],"Targets":["203.0.113.5:5001"]}""", "Apps[0].Targets[0]: 203.0.113.5:5001 is on this machine")]
    public async Task Config_that_cannot_be_steered_ends_the_start_and_names_the_place(string app, string expected)
    {
        await using var lab = await CreateAsync();
        var proxy = lab.Launch($$"""
            {
              "Apps": [
                {{app}}
              ]
            }
            """);

        Assert.Equal(1, await proxy.ExitAsync());

        var error = Assert.Single(proxy.Problems);
        Assert.StartsWith($"{proxy.ConfigPath}:3:", error, StringComparison.Ordinal);
        Assert.Contains(expected, error);
        Assert.False(await lab.Bpftool.ShowsLinkAsync());
    }

    [Fact]
    public async Task Every_error_is_told_at_once()
    {
        await using var lab = await CreateAsync();
        var proxy = lab.Launch("""
            {
              "Apps": [
                { "Name": "a", "Ports": [7070], "Targets": ["203.0.113.5:5002"] },
                { "Name": "b", "Ports": [5002], "Targets": ["10.0.0.1:1"], "Bind": ["127.0.0.1"] }
              ]
            }
            """, new() { Arguments = ["-p", "7070"] });

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.Collection(
            proxy.Problems,
            line => Assert.StartsWith($"{proxy.ConfigPath}:3:30: Apps[0].Ports[0]: 7070 is the port of the steering listener (-p)", line,
                StringComparison.Ordinal),
            line => Assert.StartsWith($"{proxy.ConfigPath}:3:49: Apps[0].Targets[0]: 203.0.113.5:5002 is on this machine", line, StringComparison.Ordinal),
            line => Assert.StartsWith($"{proxy.ConfigPath}:4:72: Apps[1].Bind: Bind has no effect on steering", line, StringComparison.Ordinal));
    }

    /// <summary>A lab whose machine has the address 203.0.113.5.</summary>
    private static async Task<SteeringLab> CreateAsync()
    {
        var lab = await SteeringLab.CreateAsync();
        (await lab.Lab.RunAsync([Tool.Require("ip", "iproute2"), "address", "add", "203.0.113.5/32", "dev", "lo"])).Succeeded();
        return lab;
    }
}
