using System.Net;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

public sealed class ConfigValidatorTests
{
    private static AppConfig App(string name, PortRange[] ports, string[]? bind = null, params TargetConfig[] targets) => new()
    {
        Name = name,
        Ports = ports,
        Targets = targets.Length > 0 ? targets : [new TargetConfig("10.0.0.9", 80)],
        Bind = bind is null ? [] : [.. bind.Select(IPAddress.Parse)],
    };

    private static TargetConfig Target(string host, int port) => new(host, port);

    private static string[] Errors(params AppConfig[] apps) => [.. ConfigValidator.Validate(new ProxyConfig { Apps = apps }).Select(error => error.ToString())];

    [Fact]
    public void Validate_config_built_in_code_gives_paths_without_positions() =>
        Assert.Equal(
            [
                "Apps[0].Name: is empty; expected a name",
                "Apps[0].Ports[0]: port 0 is out of range; expected 1-65535",
                "Apps[0].Targets[0]: \"no host\" is neither an IP address nor a host name",
                "Apps[0].Targets[0].Weight: expected a whole number 0-256, found 999",
                "Apps[0].Balancing: expected \"round-robin\", \"least-connections\", \"random-two\", \"source-hash\" or \"first\", found 5",
                "Apps[0].Timeouts.Connect: expected 1ms to 10m, found 00:00:00.0000001",
                "Timeouts.Idle: expected 1ms to 365d or \"off\", found 0s",
                "AccessLog.Sample: expected a number 0-1, found NaN",
            ],
            ConfigValidator.Validate(new ProxyConfig
            {
                Apps =
                [
                    App("", [0], null, Target("no host", 1) with { Weight = 999 }) with { Balancing = (BalancingPolicy)5,
                        Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromTicks(1) } },
                ],
                Timeouts = new TimeoutsConfig { Idle = TimeSpan.Zero },
                AccessLog = new AccessLogConfig { Sample = double.NaN },
            }).Select(error => error.ToString()));

    [Fact]
    public void Tls_checks_without_openssl_are_an_error_where_their_type_is_set_and_only_if_they_are_made()
    {
        var (tls, tcp, off) = (new HealthConfig { Type = CheckType.Tls }, new HealthConfig { Type = CheckType.Tcp }, new HealthConfig { Active = false });
        const string Problem = "Type: \"tls\" needs OpenSSL 3 (Debian 12: libssl3, 13: libssl3t64), which is not here";

        Assert.Equal([$"Apps[0].Health.{Problem}"], Errors(new HealthConfig(), tls, tcp));
        Assert.Equal([$"Health.{Problem}"], Errors(tls, new HealthConfig(), new HealthConfig()));
        Assert.Empty(Errors(tls, tcp, off));
        Assert.Empty(Errors(off, tls));
        Assert.Empty(ConfigValidator.Validate(Config(tls, tcp))); // it is here

        static ProxyConfig Config(HealthConfig proxy, params HealthConfig[] apps) =>
            new() { Health = proxy, Apps = [.. apps.Select(static (health, i) => App($"app{i}", [80 + i]) with { Health = health })] };

        static IEnumerable<string> Errors(HealthConfig proxy, params HealthConfig[] apps)
        {
            var errors = new ErrorList();
            TlsRules.Check(Config(proxy, apps), static () => false, errors);
            return errors.Sorted().Select(static error => error.ToString());
        }
    }

    [Fact]
    public void Validate_more_servers_than_a_question_has_time_for_are_an_error()
    {
        static ProxyConfig Config(int servers) =>
            new()
            {
                Apps = [App("a", [80])],
                Resolver = new ResolverConfig { Servers = [.. Enumerable.Range(1, servers).Select(static i => new IPEndPoint(IPAddress.Loopback, i))] }
            };

        Assert.Empty(ConfigValidator.Validate(Config(8)));
        Assert.Equal(["Resolver.Servers: 60,000 servers; expected at most 8"],
            ConfigValidator.Validate(Config(60_000)).Select(static error => error.ToString()));
    }

    [Theory]
    [InlineData("fe80::1", "fe80::1 is link-local and needs its interface, as in fe80::1%eth0")]
    [InlineData("224.0.0.1", "224.0.0.1 is a multicast address, which TCP cannot use")]
    [InlineData("239.255.255.255", "239.255.255.255 is a multicast address, which TCP cannot use")]
    [InlineData("::ffff:224.0.0.1", "::ffff:224.0.0.1 is a multicast address, which TCP cannot use")]
    [InlineData("ff02::1", "ff02::1 is a multicast address, which TCP cannot use")]
    [InlineData("255.255.255.255", "255.255.255.255 is the broadcast address, which TCP cannot use")]
    public void Validate_an_address_that_no_connection_can_have_is_an_error_wherever_it_stands(string address, string problem)
    {
        var config = new ProxyConfig
        {
            Apps = [App("a", [80], [address], Target(address, 1))],
            Health = new HealthConfig { Address = IPAddress.Parse(address) },
            Resolver = new ResolverConfig { Servers = [new IPEndPoint(IPAddress.Parse(address), 53)] },
        };

        Assert.Equal(
            [$"Apps[0].Targets[0]: {problem}", $"Apps[0].Bind[0]: {problem}", $"Resolver.Servers[0]: {problem}", $"Health.Address: {problem}"],
            ConfigValidator.Validate(config).Select(error => error.ToString()));
    }

    [Fact]
    public void Validate_addresses_are_equal_when_the_kernel_takes_them_for_one()
    {
        Assert.Empty(Errors(App("a", [80], ["fe80::1%7"]), App("b", [80], ["fe80::1%9"])));
        Assert.Equal(["Apps[1].Ports[0]: port 80 is already used by Apps[0].Ports[0]"], Errors(App("a", [80], ["fe80::1%7"]), App("b", [80], ["fe80::1%7"])));
        Assert.Equal(["Apps[1].Ports[0]: port 80 is already used by Apps[0].Ports[0]"],
            Errors(App("a", [80], ["2001:db8::1%7"]), App("b", [80], ["2001:db8::1"])));
        Assert.Equal(
            ["Apps[0].Targets[0]: [fe80::1%7]:80 would connect back to proxify itself (Apps[0].Ports[0])"],
            Errors(App("a", [80], ["fe80::1%7"], Target("fe80::1%7", 80))));
        Assert.Empty(Errors(App("a", [80], ["fe80::1%7"], Target("fe80::1%9", 80))));
    }

    [Fact]
    public void Validate_nulls_are_errors_not_exceptions() =>
        Assert.Equal(
            ["Apps[0]: is missing", "Apps[1].Name: is missing", "Apps[1].Ports: is missing", "Apps[1].Targets: is missing", "Apps[1].Bind: is missing",
                "Apps[1].Sources: is missing", "Apps[1].Timeouts: is missing", "Apps[1].Limits: is missing",
                "Apps[1].AccessLog: is missing",
             "Apps[2].Targets[0]: is missing", "Apps[2].Bind[0]: is missing", "Apps[2].Sources.Allow: is missing", "Apps[2].Sources.Deny: is missing",
             "Sources: is missing", "Timeouts: is missing", "Limits: is missing", "AccessLog: is missing"],
            ConfigValidator.Validate(new ProxyConfig
            {
                Apps =
                [
                    null!,
                    new AppConfig
                    {
                        Name = null!,
                        Ports = null!,
                        Targets = null!,
                        Bind = null!,
                        Sources = null!,
                        Timeouts = null!,
                        Limits = null!,
                        AccessLog = null!,
                    },
                    new AppConfig { Name = "a", Ports = [1], Targets = [null!], Bind = [null!], Sources = new SourcesConfig { Allow = null!, Deny = null! } },
                ],
                DefaultApp = DefaultAppConfig.App("a"),
                Sources = null!,
                Timeouts = null!,
                Limits = null!,
                AccessLog = null!,
            }).Select(error => error.ToString()));

    [Fact]
    public void Validate_port_in_two_apps_names_both() =>
        Assert.Equal(["Apps[1].Ports[1]: port 5001 is already used by Apps[0].Ports[0]"], Errors(App("a", [5001, 5002]), App("b", [80, 5001])));

    [Fact]
    public void Validate_overlapping_ranges_are_reported_once_each_with_what_they_share() =>
        Assert.Equal(
            [
                "Apps[0].Ports[1]: ports 150-200 are already used by Apps[0].Ports[0]",
                "Apps[1].Ports[0]: ports 250-300 are already used by Apps[0].Ports[1]",
                "Apps[1].Ports[1]: port 100 is already used by Apps[0].Ports[0]",
                "Apps[2].Ports[0]: ports 100-200 are already used by Apps[0].Ports[0]",
            ],
            Errors(
                App("a", [new(100, 200), new(150, 300)]),
                App("b", [new(250, 400), 100, 99]),
                App("c", [new(1, 65535)])));

    [Fact]
    public void Validate_thousands_of_overlaps_stops_at_the_limit()
    {
        var errors = Errors([.. Enumerable.Range(0, 20_000).Select(i => App($"app-{i}", [new(1, 50)]))]);

        Assert.Equal(ErrorList.Limit + 1, errors.Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task Validate_tens_of_thousands_of_apps_that_share_a_port_and_a_target_takes_no_time_for_each_pair()
    {
        // Two milliards of pairs: minutes, where each is looked at.
        var apps = Enumerable.Range(0, 60_000)
            .Select(i => App($"app-{i}", [20_000], [$"127.{1 + (i / 62_500)}.{i / 250 % 250}.{1 + (i % 250)}"], Target("127.0.0.1", 20_000)));

        Assert.Empty(await Task.Run(() => Errors([.. apps]), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Validate_more_than_can_be_run_is_refused_at_once() =>
        Assert.Equal(
            [
                "Apps[1].Targets: 10,001 targets; expected at most 10,000 in an app",
                "Apps[0].Ports: 65,535,000 endpoints to listen on (ports times Bind addresses) up to here; expected at most 1,000,000 in all",
            ],
            Errors(
                App("a", [new(1, 65535)], [.. Enumerable.Range(0, 1_000).Select(i => $"127.0.{i / 250}.{1 + (i % 250)}")]),
                App("b", [1], null, [.. Enumerable.Range(0, 10_001).Select(i => Target($"10.0.{i / 250}.{1 + (i % 250)}", 80))])));

    [Fact]
    public void Validate_the_most_that_can_be_run_is_valid() =>
        Assert.Empty(Errors(
            [
                App("many ports", [new(1, 49_999)], [.. Enumerable.Range(0, 20).Select(i => $"127.0.0.{1 + i}")]),
                .. Enumerable.Range(0, 10)
                .Select(a => App($"many targets {a}", [60_000 + a], ["127.0.1.1"],
                [.. Enumerable.Range(0, 9_999).Select(i => Target($"10.{a}.{i / 250}.{1 + (i % 250)}", 80))])),
            ]));

    public static TheoryData<TargetConfig, string?> ClientsPorts => new()
    {
        { Clients("10.0.0.7", 0), null },
        { Clients("10.0.0.7", 60_535), null },
        { Clients("10.0.0.7", 60_536), "10.0.0.7:+60536 leads from port 5000 of the app to 65536; expected 1-65535" },
        { Clients("fd00::7", -3_999), null },
        { Clients("fd00::7", -4_000), "[fd00::7]:-4000 leads from port 4000 of the app to 0; expected 1-65535" },
        { Clients("10.0.0.7", 65_535), "expected an offset of -65534 to 65534 from the client's port, found 65535" },
        { Clients("10.0.0.7", 1) with { Port = 80 }, "has a port, 80, and an offset to the client's port, 1; expected one of them" },
        { Clients("127.0.0.1", 0), "127.0.0.1 would connect back to proxify itself (Apps[0].Ports[0])" },
        { Clients("127.0.0.1", 1_000), "127.0.0.1:+1000 would connect back to proxify itself (Apps[0].Ports[1])" },
        { Clients("127.0.0.1", 1_001), null },
        { Clients("localhost", 0), null },
    };

    [Theory]
    [MemberData(nameof(ClientsPorts))]
    public void Validate_target_that_goes_by_the_clients_port_has_one_for_each(TargetConfig target, string? error) =>
        Assert.Equal(
            error is null ? [] : [$"Apps[0].Targets[0]: {error}"],
            Errors(App("a", [4_000, 5_000], null, target) with { Health = new HealthConfig { Port = 80 } }));

    [Fact]
    public void Validate_target_that_goes_by_the_clients_port_needs_a_port_for_checks()
    {
        var app = App("a", [5_000], null, Target("10.0.0.1", 80), Clients("10.0.0.7", 1_000), Clients("10.0.0.8", 1_000));
        const string Error = "Apps[0].Targets[1]: 10.0.0.7:+1000 has no port of its own: sessions go by the one that their client asks for, and checks need one; add \"Health\": {\"Port\": ...}, or {\"Active\": false}";

        Assert.Equal([Error], Errors(app));
        Assert.Empty(Errors(app with { Health = new HealthConfig { Active = false } }));
        Assert.Empty(ConfigValidator.Validate(new ProxyConfig { Apps = [app], Health = new HealthConfig { Port = 80 } }));
        Assert.Equal(Error, Assert.Single(ConfigValidator.Validate(
            new ProxyConfig { Apps = [app with { Health = new HealthConfig { Active = true } }], Health = new HealthConfig { Active = false } })).ToString());
    }

    [Fact]
    public void Validate_many_targets_that_go_by_the_clients_port_looks_at_the_ports_a_few_times()
    {
        var ports = new CountedPorts([.. Enumerable.Range(1, 1_000)]);
        var app = App("a", [1], null, [.. Enumerable.Range(0, 1_000).Select(i => Clients($"10.0.{i / 250}.{1 + (i % 250)}", 1_000))]);

        Assert.Empty(Errors(app with { Ports = ports, Health = new HealthConfig { Active = false } }));

        Assert.InRange(ports.Looks, 1, 100);
    }

    [Fact]
    public void Validate_more_targets_than_an_app_may_have_says_that_and_looks_at_none() =>
        Assert.Equal(["Apps[0].Targets: 10,001 targets; expected at most 10,000 in an app"],
            Errors(App("a", [1], null, [.. Enumerable.Repeat(Target("10.0.0.1", 80), 10_001)])));

    private static TargetConfig Clients(string host, int offset) => new(host, 0, offset);

    public static TheoryData<string[], string[], bool> Binds => new()
    {
        { [], [], true },
        { [], ["10.0.0.1"], true },
        { ["10.0.0.1"], [], true },
        { ["10.0.0.1"], ["10.0.0.1"], true },
        { ["10.0.0.1"], ["10.0.0.2"], false },
        { ["10.0.0.1", "10.0.0.2"], ["10.0.0.3", "10.0.0.2"], true },
        { ["10.0.0.1"], ["0.0.0.0"], true },
        { ["0.0.0.0"], ["10.0.0.1"], true },
        { ["0.0.0.0"], ["::1"], false },
        { ["::"], ["10.0.0.1"], true },
        { ["::"], ["0.0.0.0"], true },
        { ["::ffff:10.0.0.1"], ["10.0.0.1"], true },
        { ["::1"], ["127.0.0.1"], false },
    };

    [Theory]
    [MemberData(nameof(Binds))]
    public void Validate_same_port_on_two_binds_is_an_error_only_where_they_overlap(string[] first, string[] second, bool overlap) =>
        Assert.Equal(
            overlap ? ["Apps[1].Ports[0]: port 80 is already used by Apps[0].Ports[0]"] : Array.Empty<string>(),
            Errors(App("a", [80], first), App("b", [80], second)));

    public static TheoryData<string[], string, int, bool> Loops => new()
    {
        { [], "127.0.0.1", 80, true },
        { [], "127.8.8.8", 80, true },
        { [], "::1", 80, true },
        { [], "0.0.0.0", 80, true },
        { [], "::", 80, true },
        { [], "::ffff:127.0.0.1", 80, true },
        { [], "127.0.0.1", 79, false },
        { [], "127.0.0.1", 90, true },
        { [], "127.0.0.1", 96, false },
        { [], "10.0.0.1", 80, false },
        { [], "localhost", 80, false },
        { ["10.0.0.1"], "10.0.0.1", 80, true },
        { ["10.0.0.1"], "127.0.0.1", 80, false },
        { ["10.0.0.1"], "10.0.0.1", 81, false },
        { ["127.0.0.1"], "127.0.0.1", 80, true },
        { ["127.0.0.1"], "127.0.0.2", 80, false },
        { ["127.0.0.1"], "::1", 80, false },
        { ["0.0.0.0"], "127.0.0.1", 80, true },
        { ["0.0.0.0"], "::1", 80, false },
        { ["::"], "127.0.0.1", 80, true },
    };

    [Theory]
    [MemberData(nameof(Loops))]
    public void Validate_target_that_is_proxifys_own_listener_is_an_error(string[] bind, string host, int port, bool loop) =>
        Assert.Equal(
            loop ? [$"Apps[0].Targets[0]: {Target(host, port).Address} would connect back to proxify itself (Apps[0].Ports[{(port == 80 ? 0 : 1)}])"]
                : Array.Empty<string>(),
            Errors(App("a", [80, new(85, 95)], bind, Target(host, port))));

    [Fact]
    public void Validate_target_on_an_address_that_another_app_binds_is_local() =>
        Assert.Equal(
            ["Apps[1].Targets[0]: 10.0.0.1:90 would connect back to proxify itself (Apps[1].Ports[0])"],
            Errors(App("a", [80], ["10.0.0.1"]), App("b", [90], null, Target("10.0.0.1", 90))));

    [Fact]
    public void Validate_source_networks_that_only_code_can_write_are_errors()
    {
        var sources = new SourcesConfig
        {
            Deny = [new IPNetwork(IPAddress.Parse("fe80::%1"), 64), IPNetwork.Parse("::ffff:10.0.0.0/104"),
            IPNetwork.Parse("::/0"), default]
        };

        Assert.Equal(
            ["Sources.Deny[0]: fe80::%1/64 has a zone; sources go by address alone",
                "Sources.Deny[1]: ::ffff:10.0.0.0/104 is IPv4 in the form of IPv6; write \"10.0.0.0/8\""],
            ConfigValidator.Validate(new ProxyConfig { Apps = [App("a", [80])], Sources = sources }).Select(error => error.ToString()));
    }

    [Fact]
    public void Validate_default_app_that_exists_is_valid_and_a_misspelt_one_gets_a_suggestion()
    {
        var config = new ProxyConfig { Apps = [App("five-thousand", [80])], DefaultApp = DefaultAppConfig.App("five-thousand") };

        Assert.Empty(ConfigValidator.Validate(config));
        Assert.Equal(
            "DefaultApp: no app is named \"five-tousand\"; did you mean \"five-thousand\"?",
            Assert.Single(ConfigValidator.Validate(config with { DefaultApp = DefaultAppConfig.App("five-tousand") })).ToString());
    }
}
