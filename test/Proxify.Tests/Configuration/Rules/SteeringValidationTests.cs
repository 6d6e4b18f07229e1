using System.Net;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Tests.Configuration;

public sealed class SteeringValidationTests
{
    private const int ListenerPort = 8080;
    private const int MostApps = 5;

    private static readonly HashSet<IPAddress> Own = [IPAddress.Parse("203.0.113.5"), IPAddress.Parse("2001:db8::5")];

    private static string[] Errors(string json) =>
        [.. ConfigValidator.ValidateForSteering(ConfigText.ReadValid(json), ListenerPort, MostApps, Own).Select(error => error.ToString())];

    [Fact]
    public void ValidateForSteering_config_without_conflicts_is_valid() =>
        Assert.Empty(ConfigValidator.ValidateForSteering(ConfigText.ReadValid(ConfigText.Minimal), ListenerPort, MostApps));

    [Fact]
    public void ValidateForSteering_shipped_config_is_valid() =>
        Assert.Empty(ConfigValidator.ValidateForSteering(ConfigFile.Load(Repository.File("config.json")).ConfigOrThrow(), ListenerPort, MostApps));

    [Theory]
    [InlineData("8080", true)]
    [InlineData("\"8000-8080\"", true)]
    [InlineData("\"8080-9000\"", true)]
    [InlineData("\"1-8079\"", false)]
    [InlineData("\"8081-9000\"", false)]
    public void ValidateForSteering_listeners_own_port_is_an_error(string ports, bool isError) =>
        Assert.Equal(
            isError ? ["Apps[0].Ports[1]: 8080 is the port of the steering listener (-p); take it out here, or give the listener another"]
                : Array.Empty<string>(),
            Errors(ConfigText.App(ports: $"[10000, {ports}]", targets: """["10.0.0.1:80"]""")));

    /// <summary>The pool of all targets and the file's sources take a place each.</summary>
    [Theory]
    [InlineData(5, "\"DefaultApp\":null,", null)]
    [InlineData(6, "\"DefaultApp\":null,", "Apps: 6 apps; with steering expected at most 5")]
    [InlineData(4, "", null)]
    [InlineData(5, "", "Apps: 5 apps; with steering expected at most 4")]
    [InlineData(4, "\"Sources\":{\"Deny\":[\"::1\"]},", "Apps: 4 apps; with steering expected at most 3")]
    public void ValidateForSteering_more_apps_than_the_kernel_has_room_for_are_an_error(int count, string root, string? error) => Assert.Equal(
        error is null ? [] : [error],
        Errors($$"""{{{root}}"Apps":[{{string.Join(',', Enumerable.Range(0, count).Select(App))}}]}"""));

    [Fact]
    public void ValidateForSteering_ports_that_apps_share_take_a_place()
    {
        static string Apps(int count) => string.Join(',', Enumerable.Range(0, count)
            .Select(i => $$"""{"Name":"{{i}}","Ports":[443],"ServerNames":["{{i}}.test"],"Targets":["10.0.0.1:80"]}"""));

        Assert.Empty(Errors($$"""{"DefaultApp":null,"Apps":[{{Apps(4)}}]}"""));
        Assert.Equal(["Apps: 5 apps; with steering expected at most 4"], Errors($$"""{"DefaultApp":null,"Apps":[{{Apps(5)}}]}"""));
    }

    private static string App(int i) => $$"""{"Name":"{{i}}","Ports":[{{100 + i}}],"Targets":["10.0.0.1:80"]}""";

    [Fact]
    public void ValidateForSteering_bind_is_an_error() =>
        Assert.Equal(
            ["Apps[0].Bind: Bind has no effect on steering, which goes by port alone: remove it, or run without -b"],
            Errors(ConfigText.App(more: ""","Bind":["10.0.0.1","10.0.0.2"]""")));

    [Theory]
    [InlineData("203.0.113.5:443", "Apps[1].Ports[0]")]
    [InlineData("203.0.113.5:5299", "Apps[0].Ports[0]")]
    [InlineData("[2001:db8::5]:443", "Apps[1].Ports[0]")]
    [InlineData("[::ffff:203.0.113.5]:443", "Apps[1].Ports[0]")]
    [InlineData("203.0.113.5:8080", "the steering listener")]
    [InlineData("127.0.0.1:8080", "the steering listener")]
    [InlineData("127.8.8.8:8080", "the steering listener")]
    [InlineData("[::1]:8080", "the steering listener")]
    [InlineData("0.0.0.0:8080", "the steering listener")]
    [InlineData("[::]:8080", "the steering listener")]
    [InlineData("[::ffff:127.0.0.1]:8080", "the steering listener")]
    [InlineData("203.0.113.5:5300", null)]
    [InlineData("203.0.113.6:443", null)]
    [InlineData("10.0.0.1:8080", null)]
    [InlineData("localhost:8080", null)]
    public void ValidateForSteering_target_on_this_machine_on_a_steered_port_is_an_error(string target, string? receiver) =>
        Assert.Equal(
            receiver is null ? Array.Empty<string>()
                : [$"Apps[0].Targets[0]: {target} is on this machine, so it would be steered back to proxify itself ({receiver})"],
            Errors($$"""{"Apps":[{"Name":"a","Ports":["5200-5299"],"Targets":["{{target}}"]},{"Name":"b","Ports":[443],"Targets":["10.0.0.1:1"]}]}"""));

    [Fact]
    public void ValidateForSteering_target_is_an_error_on_any_address_although_the_ports_are_bound_to_another() =>
        Assert.Equal(
            "Apps[0].Targets[0]: 127.0.0.1:5001 is on this machine, so it would be steered back to proxify itself (Apps[0].Ports[0])",
            Errors(ConfigText.App(targets: """["127.0.0.1:5001"]""", more: ""","Bind":["10.0.0.1"]"""))[1]);

    [Fact]
    public void ValidateForSteering_looks_up_the_addresses_of_this_machine()
    {
        var own = InterfaceAddresses.Read()
            .FirstOrDefault(address => !IPAddress.IsLoopback(address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);
        Assert.SkipWhen(own is null, "only loopback here");

        var config = ConfigText.ReadValid(ConfigText.App(targets: $"[\"{own}:5001\"]"));

        Assert.Equal("Apps[0].Targets[0]", Assert.Single(ConfigValidator.ValidateForSteering(config, ListenerPort, MostApps)).Path);
    }

    [Fact]
    public void InterfaceAddresses_include_loopback() => Assert.Contains(IPAddress.Loopback, InterfaceAddresses.Read());

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public void ValidateForSteering_listener_port_out_of_range_throws(int port) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfigValidator.ValidateForSteering(ConfigText.ReadValid(ConfigText.Minimal), port, MostApps));

    [Fact]
    public void Locate_gives_later_errors_their_places_in_the_order_of_the_text()
    {
        var result = ConfigText.Read("""
            {
              "Apps": [
                {
                  "Name": "a",
                  "Targets": ["10.0.0.1:81", "127.0.0.1:8080"],
                  "Bind": ["10.0.0.1"],
                  "Ports": [80, "8000-9000"]
                }
              ]
            }
            """);

        Assert.Equal(
            [
                "config.json:5:34: Apps[0].Targets[1]: 127.0.0.1:8080 is on this machine, so it would be steered back to proxify itself (the steering listener)",
                "config.json:6:15: Apps[0].Bind: Bind has no effect on steering, which goes by port alone: remove it, or run without -b",
                "config.json:7:21: Apps[0].Ports[1]: 8080 is the port of the steering listener (-p); take it out here, or give the listener another",
            ],
            result.Locate(ConfigValidator.ValidateForSteering(result.ConfigOrThrow(), ListenerPort, MostApps, Own))
                .Select(error => error.ToString("config.json")));
    }

    [Fact]
    public void Locate_keeps_places_that_are_known_and_the_limit()
    {
        var result = ConfigText.Read(ConfigText.Minimal);
        var located = result.Locate(Enumerable.Repeat(new ConfigError("Apps", "x", 7, 8), ErrorList.Limit + 1));

        Assert.Equal(ErrorList.Limit + 1, located.Count);
        Assert.Equal("7:8: Apps: x", located[0].ToString());
        Assert.Equal("7:8: more than 1,000 errors; the others are not shown", located[^1].ToString());
    }

    [Fact]
    public void Locate_without_a_text_leaves_errors_as_they_are()
    {
        var error = new ConfigError("Apps[0].Bind", "x");

        Assert.Equal([error], new ConfigResult(new ProxyConfig(), []).Locate([error]));
    }
}
