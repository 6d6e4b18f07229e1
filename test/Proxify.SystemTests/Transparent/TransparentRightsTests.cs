namespace Proxify.SystemTests.Transparent;

/// <summary>What <c>"Source": "client"</c> may, and that somebody without it learns what is missing.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class TransparentRightsTests
{
    private const string Missing = "app app-5001: \"Source\": \"client\" needs the capability CAP_NET_RAW (EPERM: operation not permitted). Start as root";

    [Fact]
    public async Task Ordinary_user_with_CAP_NET_RAW_alone_is_enough()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        var service = await net.StartServiceAsync();
        await net.Lab.StartProxifyAsync(Config.Of(TransparentTests.App(5001, ipv6: false)), As(net.Lab, "+net_raw"));

        var client = await TransparentTests.EchoAsync(net, 5001, ipv6: false);

        Assert.Equal([client], await TransparentLab.AcceptedAsync(service, 1));
    }

    [Fact]
    public async Task Start_without_the_capability_is_refused_and_says_what_to_do()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(Config.Of(TransparentTests.App(5001, ipv6: false)), As(lab));

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.StartsWith($"proxify: {Missing}", Assert.Single(proxy.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_without_the_capability_warns_and_calls_the_config_valid()
    {
        await using var lab = await Lab.CreateAsync();
        var (options, file) = (As(lab), Path.Combine(lab.Directory, "client.json"));
        await File.WriteAllTextAsync(file, Config.Of(TransparentTests.App(5001, ipv6: false)), TestContext.Current.CancellationToken);

        var check = (await lab.RunAsync([.. options.Prefix, options.Binary!, "check", "-c", file])).Succeeded();

        Assert.Contains("valid", check.Output);
        Assert.StartsWith($"{file}: warning: {Missing}", check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_without_the_capability_is_rejected_and_the_old_config_stays()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var app = Config.App("app-5001", port, Config.Local(echo[0]));
        var proxy = await lab.StartProxifyAsync(Config.Of(app), As(lab));

        proxy.ReplaceConfig(Config.Of(app.With("Source", "client")));

        Assert.Contains(Missing, (await proxy.WaitForEventAsync("ConfigRejected")).Message);
        await lab.EchoesAsync(port);
    }

    [Fact]
    public async Task Steered_proxy_keeps_the_capability_and_no_other_and_serves_clients_by_their_addresses()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        var (service, service6) = (await net.StartServiceAsync(), await net.StartServiceAsync(ipv6: true));
        var proxy = await net.Lab.StartProxifyAsync(
            Config.Of(TransparentTests.App(5001, ipv6: false), TransparentTests.App(5002, ipv6: true)), new() { Arguments = ["-b"] });

        var client = await TransparentTests.EchoAsync(net, 5001, ipv6: false);
        var client6 = await TransparentTests.EchoAsync(net, 5002, ipv6: true);

        Assert.Equal([client], await TransparentLab.AcceptedAsync(service, 1));
        Assert.Equal([client6], await TransparentLab.AcceptedAsync(service6, 1));
        var status = await File.ReadAllLinesAsync($"/proc/{proxy.Process.Pid}/status", TestContext.Current.CancellationToken);
        // CAP_NET_RAW (13).
        Assert.All(["CapPrm", "CapEff", "CapBnd"], set => Assert.Contains($"{set}:\t0000000000002000", status));
    }

    /// <summary>As nobody, with no capability but these.</summary>
    private static ProxifyOptions As(Lab lab, string capabilities = "")
    {
        var set = capabilities.Length == 0 ? "-all" : $"-all,{capabilities}";
        return OrdinaryUser.In(lab, OrdinaryUser.Nobody, $"--inh-caps={set}", $"--ambient-caps={set}", "--");
    }
}
