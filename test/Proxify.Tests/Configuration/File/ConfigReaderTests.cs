using System.Net;
using Proxify.Configuration;
using static Proxify.Tests.Configuration.ConfigText;

namespace Proxify.Tests.Configuration;

public sealed class ConfigReaderTests
{
    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7", 0)]
    [InlineData("10.0.0.7:+0", "10.0.0.7", 0)]
    [InlineData("10.0.0.7:+1000", "10.0.0.7", 1_000)]
    [InlineData("[FD00::7]", "fd00::7", 0)]
    [InlineData("[fd00::7]:-1000", "fd00::7", -1_000)]
    [InlineData("rooms.internal", "rooms.internal", 0)]
    [InlineData("_rooms:+1", "_rooms", 1)]
    public void Target_without_a_port_goes_by_the_clients(string address, string host, int offset)
    {
        var config = ReadValid($$$"""{"Apps":[{"Name":"a","Ports":[5001],"Targets":["{{{address}}}"],"Health":{"Active":false}}]}""");

        var target = Assert.Single(config.Apps[0].Targets);
        Assert.Equal((host, 0, offset), (target.Host, target.Port, target.PortOffset));
        Assert.False(target.IsService);
        Assert.Equal(target, TestConfigs.Target(target.Address));
    }

    [Fact]
    public void Read_minimal_config_gives_defaults()
    {
        var config = ReadValid("""{"Apps":[{"Name":"five-thousand","Ports":[5001,5200],"Targets":["127.0.0.1:7001","db.internal:5432"]}]}""");

        var app = Assert.Single(config.Apps);
        Assert.Equal("five-thousand", app.Name);
        Assert.Equal([5001, 5200], app.Ports);
        Assert.Equal(["127.0.0.1:7001", "db.internal:5432"], app.Targets.Select(target => target.Address));
        Assert.All(app.Targets, target => Assert.Equal(1, target.Weight));
        Assert.All(app.Targets, target => Assert.False(target.Backup));
        Assert.Equal(BalancingPolicy.RoundRobin, app.Balancing);
        Assert.Equal(TimeSpan.Zero, app.SlowStart);
        Assert.Empty(app.Bind);
        Assert.Equal(new TimeoutsConfig(), app.Timeouts);
        Assert.Equal(new SourcesConfig(), app.Sources);
        Assert.False(app.AllowTakeover);
        Assert.False(app.AbortOnClose);
        Assert.Equal(DefaultAppConfig.AllTargets, config.DefaultApp);
        Assert.Equal(new SourcesConfig(), config.Sources);
        Assert.Equal(new TimeoutsConfig(), config.Timeouts);
        Assert.Equal(new ProxyLimitsConfig(), config.Limits);
        Assert.Equal(new AppLimitsConfig(), app.Limits);
        Assert.Equal(1, AccessLogOptions.Sample.Of(config.Apps[0].AccessLog, config.AccessLog));
        Assert.Empty(config.Resolver.Servers);
        Assert.Equal(ResolverFamily.All, config.Resolver.Family);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), (config.Resolver.MinTtl, config.Resolver.MaxTtl));
    }

    [Fact]
    public void Read_a_service_has_no_port()
    {
        var target = ReadValid(App(targets: "[\"_redis._tcp.cache.internal\"]")).Apps[0].Targets.Single();

        Assert.True(target.IsService);
        Assert.Equal(("_redis._tcp.cache.internal", 0), (target.Address, target.Port));
        Assert.False(ReadValid(App(targets: "[\"_redis:1\"]")).Apps[0].Targets.Single().IsService);
    }

    [Fact]
    public void Read_every_key_gives_its_value()
    {
        // Long, because every key is here.
        var config = ReadValid("""
            {
              // A comment.
              "$schema": "./config.schema.json",
              "DefaultApp": "web",
              "Resolver": { "Servers": ["10.0.0.53", "[::1]:5353"], "Family": "ipv6", "MinTtl": "2s", "MaxTtl": "1h" },
              "Sources": { "Allow": ["10.0.0.0/8", "2001:DB8::/32", "0.0.0.0/0"], "Deny": ["10.0.0.5", "::1", "10.0.0.0/8"] },
              "Timeouts": { "Connect": "250ms", "Idle": "off", "HalfClose": "1m", "Drain": "0s", "KeepAlive": "off", "KeepAliveInterval": "5s", "Unacknowledged": "20s" },
              "Limits": { "Sessions": 10000, "SessionsPerSource": "off", "Rate": 500, "SourcePrefix": { "IPv4": 24 }, "BufferMemory": "256MiB" },
              "AccessLog": { "Sample": 0.25 },
              "Apps": [
                {
                  "Name": "web", /* another */
                  "Ports": [80, "5200-5299", "443"],
                  "Targets": ["[::1]:7001", { "Address": "10.0.0.1:80", "Weight": 0 }, { "Weight": 256, "Address": "db_1.internal.:5432", "Backup": true }],
                  "Balancing": "source-hash",
                  "Bind": ["127.0.0.1", "::1"],
                  "Sources": { "Deny": ["::/0"] },
                  "AllowTakeover": true,
                  "AbortOnClose": true,
                  "Timeouts": { "Connect": "10m", "Idle": "2h", "Drain": "365d" },
                  "Limits": { "Sessions": 1, "SessionsPerSource": 2, "SessionsPerTarget": 3, "Queue": 0, "QueueTimeout": "1m", "Rate": "10/s", "Burst": 4, "RatePerSource": "600/m", "BurstPerSource": 5 },
                },
              ],
            }
            """);

        Assert.Equal(["10.0.0.53:53", "[::1]:5353"], config.Resolver.Servers.Select(server => $"{server}"));
        Assert.Equal(ResolverFamily.IPv6, config.Resolver.Family);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromHours(1)), (config.Resolver.MinTtl, config.Resolver.MaxTtl));
        Assert.Equal(DefaultAppConfig.App("web"), config.DefaultApp);
        Assert.Equal(
            new TimeoutsConfig
            {
                Connect = TimeSpan.FromMilliseconds(250),
                Idle = Timeout.InfiniteTimeSpan,
                HalfClose = TimeSpan.FromMinutes(1),
                KeepAlive = Timeout.InfiniteTimeSpan,
                KeepAliveInterval = TimeSpan.FromSeconds(5),
                Unacknowledged = TimeSpan.FromSeconds(20),
                Drain = TimeSpan.Zero,
            },
            config.Timeouts);
        Assert.Equal(0.25, config.AccessLog.Sample);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("0.0.0.0/0")], config.Sources.Allow);
        Assert.Equal([IPNetwork.Parse("10.0.0.5/32"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("10.0.0.0/8")], config.Sources.Deny);

        var app = Assert.Single(config.Apps);
        Assert.Equal([80, new PortRange(5200, 5299), 443], app.Ports);
        Assert.Equal(
            [
                new TargetConfig("::1", 7001),
                new TargetConfig("10.0.0.1", 80) { Weight = 0 },
                new TargetConfig("db_1.internal.", 5432) { Weight = 256, Backup = true },
            ],
            app.Targets);
        Assert.Equal(BalancingPolicy.SourceHash, app.Balancing);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], app.Bind);
        Assert.Empty(app.Sources.Allow);
        Assert.Equal([IPNetwork.Parse("::/0")], app.Sources.Deny);
        Assert.True(app.AllowTakeover);
        Assert.True(app.AbortOnClose);
        Assert.Equal(new ProxyLimitsConfig
        {
            BufferMemory = 256L << 20,
            Sessions = 10_000,
            Rate = ConnectionRate.PerSecond(500),
            SourcePrefix = new SourcePrefixConfig { IPv4 = 24 }
        }, config.Limits);
        Assert.Equal(
            new AppLimitsConfig
            {
                Sessions = 1,
                SessionsPerSource = 2,
                SessionsPerTarget = 3,
                Queue = 0,
                QueueTimeout = TimeSpan.FromMinutes(1),
                Rate = ConnectionRate.PerSecond(10),
                Burst = 4,
                RatePerSource = new ConnectionRate(600, TimeSpan.FromMinutes(1)),
                BurstPerSource = 5,
            },
            app.Limits);
        Assert.Equal(new TimeoutsConfig { Connect = TimeSpan.FromMinutes(10), Idle = TimeSpan.FromHours(2), Drain = TimeSpan.FromDays(365) }, app.Timeouts);
    }

    [Fact]
    public void Read_default_app_null_refuses() => Assert.Equal(DefaultAppConfig.Refuse, ReadValid(App(root: """ "DefaultApp":null,""")).DefaultApp);

    [Fact]
    public void Read_byte_order_mark_is_skipped_and_not_counted()
    {
        ReadValid("\uFEFF" + Minimal);
        Assert.Equal(["1:2: unknown key \"Foo\"; known keys: Apps, DefaultApp, Sources, Timeouts, Requests, Resolver, Limits, Health, AccessLog, Admin, $schema",
            "1:1: Apps: is missing"], Errors("\uFEFF{\"Foo\":1}").Reverse());
    }

    [Fact]
    public void Read_ip_target_is_brought_into_its_usual_form() =>
        Assert.Equal("[fd00::1]:80", ReadValid(App(targets: """["[FD00:0:0::0001]:80"]""")).Apps[0].Targets[0].Address);

    [Theory]
    [InlineData("localhost:1")]
    [InlineData("a:65535")]
    [InlineData("1und1.example:80")]
    [InlineData("xn--bcher-kva.example.:80")]
    [InlineData("3f2a9c:80")]
    [InlineData("_sip._tcp:80")]
    [InlineData("[::ffff:10.0.0.1]:80")]
    public void Read_address_is_accepted(string address) => ReadValid(App(targets: $"[\"{address}\"]"));

    [Fact]
    public void Read_longest_host_name_is_accepted_with_and_without_final_dot()
    {
        var label = new string('a', 63);
        var name = $"{label}.{label}.{label}.{new string('b', 61)}";
        Assert.Equal(253, name.Length);
        ReadValid(App(targets: $"[\"{name}:1\"]"));
        ReadValid(App(targets: $"[\"{name}.:1\"]"));
        Assert.EndsWith("is neither an IP address nor a host name", Assert.Single(Errors(App(targets: $"[\"{name}b:1\"]"))));
    }

    [Fact]
    public void Read_many_ports_and_apps_is_valid()
    {
        // 65,000 ports, one by one, over 1,000 apps; then 1,000 apps with 1,000 ports each, on addresses of their own.
        var singles = Enumerable.Range(0, 1000).Select(i =>
            $$"""{"Name":"app-{{i}}","Ports":[{{string.Join(',', Enumerable.Range(1 + (i * 65), 65))}}],"Targets":["10.0.0.1:{{i + 1}}"]}""");
        Assert.Equal(65_000, ReadValid($$"""{"Apps":[{{string.Join(',', singles)}}]}""").Apps.Sum(app => app.Ports.Count));

        var ranges = Enumerable.Range(0, 1000).Select(i =>
            $$"""{"Name":"app-{{i}}","Ports":["1-1000"],"Bind":["10.0.{{i / 250}}.{{i % 250}}"],"Targets":["127.0.0.1:{{i + 1}}"]}""");
        Assert.Equal(1000, ReadValid($$"""{"Apps":[{{string.Join(',', ranges)}}]}""").Apps.Count);
    }

    [Fact]
    public void Read_many_sources_is_valid()
    {
        // The longest texts that networks have, indented: the bounds on the file are on memory, not on these.
        var networks = string.Join(
            ",\n        ", Enumerable.Range(0, 100_000).Select(i => $"\"2001:0db8:ffff:ffff:ffff:ffff:{0x1000 + (i / 50_000):x4}:{i % 50_000:x4}/128\""));
        var json = App(root: $$"""
            "Sources": { "Deny": [{{networks}}] },
            """, more: $$""", "Sources": { "Allow": [{{networks}}] }""");
        var config = ReadValid(json);

        Assert.InRange(json.Length, 0, ConfigFile.MaxBytes);
        Assert.Equal(100_000, config.Sources.Deny.Count);
        Assert.Equal(config.Sources.Deny, config.Apps[0].Sources.Allow);
    }

    [Fact]
    public void Shipped_config_is_valid()
    {
        var result = ConfigFile.Load(Repository.File("config.json"));

        Assert.Empty(result.Errors);
        Assert.Equal(["five-thousand", "six-thousand", "seven-thousand"], result.Config!.Apps.Select(app => app.Name));
    }
}
