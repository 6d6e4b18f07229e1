namespace Proxify.SystemTests.Steering;

/// <summary>Garbage collections, which would close the link's descriptor if nobody held on to it: steering would stop without a word.</summary>
[Collection(nameof(Heavy))]
public sealed class SteeringCollectionTests
{
    private const int HeapLimit = 48 * 1024 * 1024;
    private const int ConfigSize = 3 * 1024 * 1024;
    private const int Reloads = 50;

    [Fact]
    public async Task Collections_do_not_stop_steering()
    {
        // Three times what the heap may ever hold passes through it, in objects that only a full collection takes away. Without collections the proxy
        // would end for want of memory.
        Assert.True((long)Reloads * ConfigSize > 3L * HeapLimit);
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var config = Config.Single(5001, echo[0]);
        var proxy = await lab.StartAsync(config, new() { Environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"{HeapLimit:x}" } });
        await lab.Bpftool.OpenAsync(7);

        for (var i = 0; i < Reloads; i++)
            await proxy.ReloadAsync(config + new string(' ', ConfigSize + i));

        Assert.True(await lab.Bpftool.ShowsLinkAsync());
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001, to: "::1"));
        await proxy.ReloadAsync(Config.Single(5002, echo[0]));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5002));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(5001));
    }
}
