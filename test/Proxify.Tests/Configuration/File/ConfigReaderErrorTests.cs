using static Proxify.Tests.Configuration.ConfigText;

namespace Proxify.Tests.Configuration;

public sealed class ConfigReaderErrorTests
{
    public static TheoryData<string, string> Shapes => new()
    {
        { "[]", """1:1: expected an object such as {"Apps": [...]}, found an array""" },
        { "{}", "1:1: Apps: is missing" },
        { """{"Apps":[]}""", "1:9: Apps: is empty; expected at least one app" },
        { """{"Apps":{}}""", "1:9: Apps: expected an array of apps, found an object" },
        { """{"Apps":[5]}""", """1:10: Apps[0]: expected an app such as {"Name": "web", "Ports": [80], "Targets": ["10.0.0.1:80"]}, found 5""" },
        { App(root: "\"Fnord\":1,"),
            """1:2: unknown key "Fnord"; known keys: Apps, DefaultApp, Sources, Timeouts, Requests, Resolver, Limits, Health, AccessLog, Admin, $schema""" },
        { App(more: ",\"Prots\":[1]"), """1:66: Apps[0]: unknown key "Prots"; did you mean "Ports"?""" },
        { App(more: ",\"Name\":\"b\""), """1:66: Apps[0]: duplicate key "Name" """ },
        { App(name: "\"\""), "1:18: Apps[0].Name: is empty; expected a name" },
        { App(name: "7"), "1:18: Apps[0].Name: expected a name in double quotes, found 7" },
        { App(name: "\"a\\nb\""), """1:18: Apps[0].Name: expected a name without control characters, found "a\u000ab" """ },
        { """{"Apps":[{"Ports":[1],"Targets":["a:1"]}]}""", "1:10: Apps[0].Name: is missing" },
        { """{"Apps":[{"Name":"a","Targets":["a:1"]}]}""", "1:10: Apps[0].Ports: is missing" },
        { """{"Apps":[{"Name":"a","Ports":[1]}]}""", "1:10: Apps[0].Targets: is missing" },
        { """{"Apps":[{"Name":"a","Port":[1],"Targets":["a:1"]}]}""", """1:22: Apps[0]: unknown key "Port"; did you mean "Ports"?""" },

        { App(ports: "5001"), "1:30: Apps[0].Ports: expected an array of ports, found 5001" },
        { App(ports: "[]"), "1:30: Apps[0].Ports: is empty; expected at least one port" },
        { App(ports: "[0]"), "1:31: Apps[0].Ports[0]: port 0 is out of range; expected 1-65535" },
        { App(ports: "[65536]"), "1:31: Apps[0].Ports[0]: port 65536 is out of range; expected 1-65535" },
        { App(ports: "[\"1-70000\"]"), "1:31: Apps[0].Ports[0]: port 70000 is out of range; expected 1-65535" },
        { App(ports: "[\"20-10\"]"), "1:31: Apps[0].Ports[0]: the range 20-10 runs backwards; expected 10-20" },
        { App(ports: "[-1]"), """1:31: Apps[0].Ports[0]: expected a port (1-65535) or a range such as "5200-5299", found -1""" },
        { App(ports: "[1.5]"), """1:31: Apps[0].Ports[0]: expected a port (1-65535) or a range such as "5200-5299", found 1.5""" },
        { App(ports: "[9999999999]"), """1:31: Apps[0].Ports[0]: expected a port (1-65535) or a range such as "5200-5299", found 9999999999""" },
        { App(ports: "[\"80 - 90\"]"), """1:31: Apps[0].Ports[0]: expected a port (1-65535) or a range such as "5200-5299", found "80 - 90" """ },
        { App(ports: "[\"080\"]"), """1:31: Apps[0].Ports[0]: expected a port (1-65535) or a range such as "5200-5299", found "080" """ },
        { App(ports: "[null]"), """1:31: Apps[0].Ports[0]: expected a port (1-65535) or a range such as "5200-5299", found null""" },
        { App(ports: "[1,1]"), "1:33: Apps[0].Ports[1]: port 1 is already used by Apps[0].Ports[0]" },

        { App(targets: "[]"), "1:47: Apps[0].Targets: is empty; expected at least one target" },
        { App(targets: "\"a:1\""), "1:47: Apps[0].Targets: expected an array of targets, found \"a:1\"" },
        { App(targets: "[\"a\"]"),
            """1:48: Apps[0].Targets[0]: a has no port of its own: sessions go by the one that their client asks for, and checks need one; add "Health": {"Port": ...}, or {"Active": false}""" },
        { App(targets: "[\"a b\"]"),
            """1:48: Apps[0].Targets[0]: expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found "a b" """ },
        { App(targets: "[\":80\"]"),
            """1:48: Apps[0].Targets[0]: expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found ":80" """ },
        { App(targets: "[\"http://a:80\"]"),
            """1:48: Apps[0].Targets[0]: expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found "http://a:80" """ },
        { App(targets: "[\"::1:80\"]"),
            """1:48: Apps[0].Targets[0]: an IPv6 address is written in brackets; expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found "::1:80" """ },
        { App(targets: "[\"[a]:80\"]"),
            """1:48: Apps[0].Targets[0]: only an IPv6 address is written in brackets; expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found "[a]:80" """ },
        { App(targets: "[\"a:0\"]"), "1:48: Apps[0].Targets[0]: port 0 is out of range; expected 1-65535" },
        { App(targets: "[\"_a:0\"]"), "1:48: Apps[0].Targets[0]: port 0 is out of range; expected 1-65535" },
        { App(targets: "[\"_a.1\"]"),
            """1:48: Apps[0].Targets[0]: expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found "_a.1" """ },
        { App(targets: "[\"_a._tcp.x\",\"_A._tcp.x\"]"), "1:60: Apps[0].Targets[1]: _A._tcp.x is already given by Apps[0].Targets[0]" },
        { App(root: "\"Resolver\":7,"), """1:13: Resolver: expected an object such as {"Servers": ["10.0.0.53"]}, found 7""" },
        { App(root: "\"Resolver\":{\"Servers\":[\"dns.example\"]},"),
            """1:25: Resolver.Servers[0]: expected a DNS server's address such as "10.0.0.53" or "[::1]:5353", found "dns.example" """ },
        { App(root: "\"Resolver\":{\"Servers\":[\"::1\",\"[::1]:53\"]},"), "1:31: Resolver.Servers[1]: [::1]:53 is already given" },
        { App(root: "\"Resolver\":{\"Family\":\"IPv4\"},"), """1:23: Resolver.Family: expected "all", "ipv4" or "ipv6", found "IPv4" """ },
        { App(root: "\"Resolver\":{\"MinTtl\":\"99ms\"},"), "1:23: Resolver.MinTtl: expected 100ms to 1d, found 99ms" },
        { App(root: "\"Resolver\":{\"MaxTtl\":\"999ms\"},"), "1:23: Resolver.MaxTtl: expected 1s to 7d, found 999ms" },
        { App(root: "\"Resolver\":{\"MinTtl\":\"2s\",\"MaxTtl\":\"1s\"},"), "1:13: Resolver: MinTtl (2s) is longer than MaxTtl (1s)" },
        { App(targets: "[\"a:65536\"]"), "1:48: Apps[0].Targets[0]: port 65536 is out of range; expected 1-65535" },
        { App(targets: "[\"127.0.0.256:1\"]"), "1:48: Apps[0].Targets[0]: \"127.0.0.256\" is neither an IP address nor a host name" },
        { App(targets: "[\"127.1:1\"]"), "1:48: Apps[0].Targets[0]: \"127.1\" is neither an IP address nor a host name" },
        { App(targets: "[\"a.0x7f:1\"]"), "1:48: Apps[0].Targets[0]: \"a.0x7f\" is neither an IP address nor a host name" },
        { App(targets: "[\"-a:1\"]"), "1:48: Apps[0].Targets[0]: \"-a\" is neither an IP address nor a host name" },
        { App(targets: "[\"a..b:1\"]"), "1:48: Apps[0].Targets[0]: \"a..b\" is neither an IP address nor a host name" },
        { App(targets: "[\"a b:1\"]"), "1:48: Apps[0].Targets[0]: \"a b\" is neither an IP address nor a host name" },
        { App(targets: "[\"[::1::]:1\"]"), "1:48: Apps[0].Targets[0]: \"::1::\" is neither an IP address nor a host name" },
        { App(targets: "[\"[fe80::1%no-such-zone]:1\"]"), "1:48: Apps[0].Targets[0]: \"fe80::1%no-such-zone\" is neither an IP address nor a host name" },
        { App(targets: "[\"a:1\",\"A:1\"]"), "1:54: Apps[0].Targets[1]: A:1 is already given by Apps[0].Targets[0]" },
        { App(targets: "[\"10.0.0.1:1\",\"[::ffff:10.0.0.1]:1\"]"), "1:61: Apps[0].Targets[1]: [::ffff:10.0.0.1]:1 is already given by Apps[0].Targets[0]" },
        { App(targets: "[7]"),
            """1:48: Apps[0].Targets[0]: expected a target such as "127.0.0.1:7001" or {"Address": "127.0.0.1:7001", "Weight": 1}, found 7""" },
        { App(targets: "[{}]"), "1:48: Apps[0].Targets[0].Address: is missing" },
        { App(targets: "[{\"Adress\":\"a:1\"}]"), """1:49: Apps[0].Targets[0]: unknown key "Adress"; did you mean "Address"?""" },
        { App(targets: "[{\"Address\":1}]"), "1:59: Apps[0].Targets[0].Address: expected a target such as \"127.0.0.1:7001\", found 1" },
        { App(targets: "[{\"Address\":\"a:1\",\"Weight\":257}]"), "1:74: Apps[0].Targets[0].Weight: expected a whole number 0-256, found 257" },
        { App(targets: "[{\"Address\":\"a:1\",\"Weight\":-1}]"), "1:74: Apps[0].Targets[0].Weight: expected a whole number 0-256, found -1" },
        { App(targets: "[{\"Address\":\"a:1\",\"Weight\":0.5}]"), "1:74: Apps[0].Targets[0].Weight: expected a whole number 0-256, found 0.5" },
        { App(targets: "[{\"Address\":\"a:1\",\"Backup\":1},\"b:1\"]"), "1:74: Apps[0].Targets[0].Backup: expected true or false, found 1" },
        { App(targets: "[{\"Address\":\"a:1\",\"Weight\":0},{\"Address\":\"b:1\",\"Weight\":0}]"),
            "1:47: Apps[0].Targets: every target has the weight 0, which takes no sessions; at least one needs 1-256" },
        { App(targets: "[{\"Address\":\"a:1\",\"Backup\":true},{\"Address\":\"b:1\",\"Backup\":true}]"),
            "1:47: Apps[0].Targets: every target is a backup; at least one must not be" },
        { App(targets: "[{\"Address\":\"a:1\",\"Weight\":0},7]"),
            """1:77: Apps[0].Targets[1]: expected a target such as "127.0.0.1:7001" or {"Address": "127.0.0.1:7001", "Weight": 1}, found 7""" },
        { App(more: ",\"SlowStart\":\"61m\""), "1:78: Apps[0].SlowStart: expected 0s to 1h, found 61m" },
        { App(more: ",\"SlowStart\":\"off\""), "1:78: Apps[0].SlowStart: expected 0s to 1h, found off" },
        { App(more: ",\"Balancing\":\"roundrobin\""),
            """1:78: Apps[0].Balancing: expected "round-robin", "least-connections", "random-two", "source-hash" or "first", found "roundrobin" """ },
        { App(more: ",\"Balancing\":0"),
            """1:78: Apps[0].Balancing: expected "round-robin", "least-connections", "random-two", "source-hash" or "first", found 0""" },
        { App(targets: "[\"127.0.0.1:5001\"]"), "1:48: Apps[0].Targets[0]: 127.0.0.1:5001 would connect back to proxify itself (Apps[0].Ports[0])" },

        { App(more: ",\"Bind\":\"::\""), "1:73: Apps[0].Bind: expected an array of IP addresses, found \"::\"" },
        { App(more: ",\"Bind\":[\"localhost\"]"),
            """1:74: Apps[0].Bind[0]: expected an IP address of this machine such as "127.0.0.1" or "::1", found "localhost" """ },
        { App(more: ",\"Bind\":[\"1\"]"), """1:74: Apps[0].Bind[0]: expected an IP address of this machine such as "127.0.0.1" or "::1", found "1" """ },
        { App(more: ",\"Bind\":[\"[::1]\"]"),
            """1:74: Apps[0].Bind[0]: expected an IP address of this machine such as "127.0.0.1" or "::1", found "[::1]" """ },
        { App(more: ",\"Bind\":[\"10.0.0.1\",\"10.0.0.1\"]"), "1:85: Apps[0].Bind[1]: 10.0.0.1 is already given by Apps[0].Bind[0]" },
        { App(more: ",\"Bind\":[\"10.0.0.1\",\"0.0.0.0\"]"), "1:74: Apps[0].Bind[0]: 10.0.0.1 is already included in Apps[0].Bind[1], 0.0.0.0" },

        { App(root: "\"Sources\":[],"), """1:12: Sources: expected an object such as {"Allow": ["10.0.0.0/8"]}, found an array""" },
        { App(root: "\"Sources\":{\"Alow\":[\"::/0\"]},"), """1:13: Sources: unknown key "Alow"; did you mean "Allow"?""" },
        { App(root: "\"Sources\":{\"Deny\":\"::/0\"},"), "1:20: Sources.Deny: expected an array of networks, found \"::/0\"" },
        { Allow("[]"), """1:21: Sources.Allow: is empty; leave it out to allow every source, or deny all with "Deny": ["0.0.0.0/0", "::/0"]""" },
        { Allow("[10]"), """1:22: Sources.Allow[0]: expected a network in double quotes such as "10.0.0.0/8", found 10""" },
        { Allow("[\"10.0.0.0/8/8\"]"),
            """1:22: Sources.Allow[0]: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or one address, found "10.0.0.0/8/8" """ },
        { Allow("[\"10/8\"]"), """1:22: Sources.Allow[0]: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or one address, found "10/8" """ },
        { Allow("[\"localhost\"]"),
            """1:22: Sources.Allow[0]: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or one address, found "localhost" """ },
        { Allow("[\"fe80::1%1\"]"),
            """1:22: Sources.Allow[0]: expected a network such as "10.0.0.0/8" or "2001:db8::/32", or one address, found "fe80::1%1" """ },
        { Allow("[\"10.0.0.0/33\"]"), "1:22: Sources.Allow[0]: the prefix length 33 is out of range; expected 0-32" },
        { Allow("[\"::/129\"]"), "1:22: Sources.Allow[0]: the prefix length 129 is out of range; expected 0-128" },
        { Allow("[\"10.0.0.5/8\"]"), """1:22: Sources.Allow[0]: "10.0.0.5/8" has bits set after its prefix; did you mean "10.0.0.0/8"?""" },
        { Allow("[\"2001:db8::1/32\"]"), """1:22: Sources.Allow[0]: "2001:db8::1/32" has bits set after its prefix; did you mean "2001:db8::/32"?""" },
        { Allow("[\"::ffff:10.0.0.5/104\"]"), """1:22: Sources.Allow[0]: "::ffff:10.0.0.5/104" has bits set after its prefix; did you mean "10.0.0.0/8"?""" },
        { Allow("[\"::ffff:10.0.0.0/104\"]"), """1:22: Sources.Allow[0]: ::ffff:10.0.0.0/104 is IPv4 in the form of IPv6; write "10.0.0.0/8" """ },
        { Allow("[\"::ffff:10.0.0.5\"]"), """1:22: Sources.Allow[0]: ::ffff:10.0.0.5/128 is IPv4 in the form of IPv6; write "10.0.0.5/32" """ },
        { Allow("[\"10.0.0.5\",\"10.0.0.5/32\"]"), "1:33: Sources.Allow[1]: 10.0.0.5/32 is already given by Sources.Allow[0]" },
        { Allow("[\"FD00::/8\",\"fd00:0::/8\"]"), "1:33: Sources.Allow[1]: fd00::/8 is already given by Sources.Allow[0]" },
        { App(more: ",\"Sources\":{\"Deny\":[\"::/0\",\"::/0\"]}"), "1:92: Apps[0].Sources.Deny[1]: ::/0 is already given by Apps[0].Sources.Deny[0]" },
        { App(more: ",\"AbortOnClose\":1"), "1:81: Apps[0].AbortOnClose: expected true or false, found 1" },
        { App(more: ",\"AllowTakeover\":\"yes\""), "1:82: Apps[0].AllowTakeover: expected true or false, found \"yes\"" },

        { App(root: "\"DefaultApp\":\"b\","), "1:15: DefaultApp: no app is named \"b\"" },
        { App(root: "\"DefaultApp\":true,"), "1:15: DefaultApp: expected the name of an app, or null, found true" },
        { App(root: "\"AccessLog\":1,"), """1:14: AccessLog: expected an object such as {"Sample": 1}, found 1""" },
        { App(root: "\"AccessLog\":{\"Sample\":1.01},"), "1:24: AccessLog.Sample: expected a number 0-1, found 1.01" },
        { App(root: "\"AccessLog\":{\"Sample\":\"1\"},"), "1:24: AccessLog.Sample: expected a number 0-1, found \"1\"" },
        { App(root: "\"AccessLog\":{\"Interim\":\"500ms\"},"), "1:25: AccessLog.Interim: expected 1s to 365d or \"off\", found 500ms" },
        { App(root: "\"AccessLog\":{\"Fields\":[\"app\",\"tls\",\"app\"]},"), "1:37: AccessLog.Fields[2]: \"app\" is already given by AccessLog.Fields[0]" },
        {
            App(more: ",\"AccessLog\":{\"Fields\":[\"bytes\"]}"),
            "1:89: Apps[0].AccessLog.Fields[0]: expected \"app\", \"listen\", \"client\", \"target\", \"connect_ms\", \"duration_ms\", \"from_client\", "
            + "\"from_target\", \"tries\", \"reason\", \"via\", \"detail\", \"tls\", \"cipher\", \"server_name\", \"alpn\", \"client_certificate\", "
            + "\"unique_id\", \"requests\", \"own\" or \"suppressed\", found \"bytes\""
        },

        { App(root: "\"Timeouts\":\"5s\","), """1:13: Timeouts: expected an object such as {"Connect": "5s"}, found "5s" """ },
        { App(root: "\"Timeouts\":{\"Conect\":\"5s\"},"), """1:14: Timeouts: unknown key "Conect"; did you mean "Connect"?""" },
        { App(root: "\"Timeouts\":{\"Connect\":5},"), """1:24: Timeouts.Connect: expected a duration such as "250ms", "5s" or "1h", found 5""" },
        { App(root: "\"Timeouts\":{\"Connect\":\"5\"},"), """1:24: Timeouts.Connect: expected a duration such as "250ms", "5s" or "1h", found "5" """ },
        { App(root: "\"Timeouts\":{\"Connect\":\"0s\"},"), "1:24: Timeouts.Connect: expected 1ms to 10m, found 0s" },
        { App(root: "\"Timeouts\":{\"Connect\":\"off\"},"), "1:24: Timeouts.Connect: expected 1ms to 10m, found off" },
        { App(root: "\"Timeouts\":{\"Connect\":\"601s\"},"), "1:24: Timeouts.Connect: expected 1ms to 10m, found 601s" },
        { App(root: "\"Timeouts\":{\"Idle\":\"366d\"},"), "1:21: Timeouts.Idle: expected 1ms to 365d or \"off\", found 366d" },
        { App(root: "\"Timeouts\":{\"Drain\":\"off\"},"), "1:22: Timeouts.Drain: expected 0s to 365d, found off" },
        { App(root: "\"Limits\":5,"), """1:11: Limits: expected an object such as {"Sessions": 10000}, found 5""" },
        { App(root: "\"Limits\":{\"Queue\":5},"),
            """1:12: Limits: unknown key "Queue"; known keys: Sessions, SessionsPerSource, Rate, Burst, RatePerSource, BurstPerSource, SourcePrefix, BufferMemory, ClientHello""" },
        { App(root: "\"Limits\":{\"Sessions\":0},"), "1:23: Limits.Sessions: expected 1-10000000, found 0" },
        { App(root: "\"Limits\":{\"Sessions\":\"many\"},"), """1:23: Limits.Sessions: expected a whole number 1-10000000, or "off", found "many" """ },
        { App(root: "\"Limits\":{\"Rate\":\"10/d\"},"),
            """1:19: Limits.Rate: expected connections per second 1-1000000, text such as "100/s", "600/m" or "50/h", or "off", found "10/d" """ },
        { App(root: "\"Limits\":{\"SourcePrefix\":{\"IPv4\":33}},"), "1:35: Limits.SourcePrefix.IPv4: expected 1-32, found 33" },
        { App(more: ",\"Limits\":{\"Queue\":\"off\"}"), """1:84: Apps[0].Limits.Queue: expected a whole number 0-1000000, found "off" """ },
        { App(more: ",\"Limits\":{\"QueueTimeout\":\"2h\"}"), "1:91: Apps[0].Limits.QueueTimeout: expected 1ms to 1h, found 2h" },
        { App(more: ",\"Timeouts\":{\"KeepAlive\":\"10h\"}"), "1:90: Apps[0].Timeouts.KeepAlive: expected 1s to 9h or \"off\", found 10h" },
        { App(more: ",\"Timeouts\":{\"KeepAliveInterval\":\"off\"}"), "1:98: Apps[0].Timeouts.KeepAliveInterval: expected 1s to 9h, found off" },
        { App(more: ",\"Timeouts\":{\"Unacknowledged\":\"8d\"}"), "1:95: Apps[0].Timeouts.Unacknowledged: expected 1s to 7d or \"off\", found 8d" },
        { App(more: ",\"Timeouts\":{\"HalfClose\":\"0ms\"}"), "1:90: Apps[0].Timeouts.HalfClose: expected 1ms to 365d or \"off\", found 0s" },
    };

    private static string Allow(string networks) => App(root: $"\"Sources\":{{\"Allow\":{networks}}},");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Read_wrong_config_gives_one_error_at_its_place(string json, string error) => Assert.Equal([error.TrimEnd()], Errors(json));

    /// <summary>A misspelt key hides nothing: what stands under it and beside it is told in the same run, at its place.</summary>
    [Theory]
    [InlineData("""{"apps":[]}""", """1:2: unknown key "apps"; did you mean "Apps"?""", "1:9: Apps: is empty; expected at least one app")]
    [InlineData(
        """{"Helth":{"Interval":"0s"},"Apps":[{"Name":"a","Ports":[5001],"Targets":["a:1"]}]}""",
        """1:2: unknown key "Helth"; did you mean "Health"?""", "1:22: Health.Interval: expected 100ms to 1d, found 0s")]
    [InlineData(
        """{"Apps":[{"Name":"a","Prots":[5001,0],"Targets":["a:1"]}]}""",
        """1:22: Apps[0]: unknown key "Prots"; did you mean "Ports"?""", "1:36: Apps[0].Ports[1]: port 0 is out of range; expected 1-65535")]
    [InlineData(
        """{"Apps":[{"Name":"a","Ports":[5001],"Targets":[{"Adress":"a:1","Weight":999}]}]}""",
        """1:49: Apps[0].Targets[0]: unknown key "Adress"; did you mean "Address"?""",
        "1:73: Apps[0].Targets[0].Weight: expected a whole number 0-256, found 999")]
    [InlineData(
        """{"Apps":[{"Name":"a","Ports":[5001],"Targets":[{"Address":"a:","Weight":999}]}]}""",
        """1:59: Apps[0].Targets[0].Address: expected "127.0.0.1:7001", "[::1]:7001", "db.internal:5432", "_redis._tcp.cache.internal", or "10.0.0.7" or "10.0.0.7:+1000" for the client's port, found "a:" """,
        "1:73: Apps[0].Targets[0].Weight: expected a whole number 0-256, found 999")]
    public void Read_wrong_key_hides_no_other_error(string json, string first, string second) => Assert.Equal([first.TrimEnd(), second], Errors(json));

    [Fact]
    public void Read_text_in_an_error_is_quoted_as_json_quotes_it() =>
        Assert.Equal(["""1:66: Apps[0]: unknown key "a\"b\\c\u001b"; known keys: """],
            Errors(App(more: ",\"a\\\"b\\\\c\\u001b\":1")).Select(e => e[..e.IndexOf("Name,", StringComparison.Ordinal)]));

    [Fact]
    public void Read_many_errors_gives_all_in_the_order_of_the_text()
    {
        const string Json = """
            {
              "Timeouts": { "Idle": "soon" },
              "Apps": [
                { "Name": "web", "Ports": [80, 70000], "Targets": ["10.0.0.1:80"] },
                {
                  "Name": "web",
                  "Ports": ["75-85", 443, "x"],
                  "Targets": ["tür:1", "nowhere"],
                  "Weight": 1
                }
              ],
              "DefaultApp": "wbe"
            }
            """;

        Assert.Equal(
            [
                """2:25: Timeouts.Idle: expected a duration such as "250ms", "5s" or "1h", found "soon" """.TrimEnd(),
                "4:36: Apps[0].Ports[1]: port 70000 is out of range; expected 1-65535",
                "6:15: Apps[1].Name: the name \"web\" is already used by Apps[0]",
                "7:17: Apps[1].Ports[0]: port 80 is already used by Apps[0].Ports[0]",
                """7:31: Apps[1].Ports[2]: expected a port (1-65535) or a range such as "5200-5299", found "x" """.TrimEnd(),
                "8:19: Apps[1].Targets[0]: \"tür\" is neither an IP address nor a host name",

                // Columns count bytes: the ü has two.
                """8:29: Apps[1].Targets[1]: nowhere has no port of its own: sessions go by the one that their client asks for, and checks need one; add "Health": {"Port": ...}, or {"Active": false}""",
                """9:7: Apps[1]: unknown key "Weight"; known keys: Name, Ports, Targets, Balancing, SlowStart, Bind, ServerNames, ApplicationProtocols, PlainClients, StartTls, Protocol, LengthPrefix, Line, Requests, Cache, Sources, Source, AllowTakeover, AbortOnClose, Timeouts, Limits, Health, ProxyProtocol, SendProxyProtocol, Tls, TargetTls, AccessLog""",
                "12:17: DefaultApp: no app is named \"wbe\"; did you mean \"web\"?",
            ],
            Errors(Json));
    }

    [Fact]
    public void Read_unreadable_values_are_not_complained_about_twice()
    {
        const string Json = """
            {"DefaultApp":"b","Sources":{"Allow":[1,"0.0.0.0/0",2,"::/0"]},"Apps":[
            {"Name":1,"Ports":[false],"Targets":[false],"Bind":[false]},
            {"Name":2,"Ports":[false,80],"Targets":[false],"Bind":[false]},
            {"Name":"c","Ports":[80],"Targets":["127.0.0.1:80"],"Bind":false}]}
            """;

        Assert.Equal(
            [
                "Sources.Allow[0]", "Sources.Allow[2]",
                "Apps[0].Name", "Apps[0].Ports[0]", "Apps[0].Targets[0]", "Apps[0].Bind[0]",
                "Apps[1].Name", "Apps[1].Ports[0]", "Apps[1].Targets[0]", "Apps[1].Bind[0]",
                "Apps[2].Bind",
            ],
            Read(Json).Errors.Select(error => error.Path));
    }

    [Fact]
    public void Read_endless_errors_stops_at_the_limit()
    {
        var errors = Read($$"""{"Apps":[{{string.Join(",\n", Enumerable.Repeat("1", 5000))}}]}""").Errors;

        Assert.Equal(1001, errors.Count);
        Assert.Equal("1000:1: more than 1,000 errors; the others are not shown", errors[^1].ToString());
    }

    [Fact]
    public void Read_long_or_unprintable_text_is_quoted_short_and_on_one_line()
    {
        var error = Assert.Single(Errors(App(targets: $"[\"\\n\\u2028{new string('x', 1000)}\"]")));

        Assert.Contains("found \"\\u000a\\u2028xxx", error, StringComparison.Ordinal);
        Assert.EndsWith("xxx…\"", error);
        Assert.InRange(error.Length, 0, 250);
    }
}
