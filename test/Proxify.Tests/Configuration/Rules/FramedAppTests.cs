using System.Text;
using Proxify.Configuration;
using Proxify.Runtime;
using static Proxify.Tests.Configuration.ConfigText;

namespace Proxify.Tests.Configuration;

/// <summary>An app's <c>Protocol</c>, and what may and may not stand beside it.</summary>
public sealed class FramedAppTests
{
    [Theory]
    [InlineData("tcp", """ "LengthPrefix":{} """, "LengthPrefix: is for the Protocol \"length-prefixed\"; this app has \"tcp\"")]
    [InlineData("line", """ "LengthPrefix":{} """, "LengthPrefix: is for the Protocol \"length-prefixed\"; this app has \"line\"")]
    [InlineData("redis", """ "Line":{} """, "Line: is for the Protocol \"line\"; this app has \"redis\"")]
    [InlineData("tcp", """ "Cache":{} """, "Cache: is for the Protocol \"redis\" or \"memcached\"; this app has \"tcp\"")]
    [InlineData("line", """ "Cache":{} """, "Cache: is for the Protocol \"redis\" or \"memcached\"; this app has \"line\"")]
    [InlineData("tcp", """ "Requests":{"Connections":2} """,
        "Requests: is for the Protocol \"redis\" or \"memcached\" or \"length-prefixed\" or \"line\"; this app has \"tcp\"")]
    [InlineData("length-prefixed", """ "Requests":{} """,
        "Protocol: \"length-prefixed\" needs LengthPrefix, which says where a message has its length; {} does for four bytes at its begin")]
    [InlineData("redis", """ "SendProxyProtocol":"v2" """,
        "SendProxyProtocol: with the Protocol \"redis\" clients share connections to targets, and a header names one client")]
    [InlineData("redis", """ "Source":"client" """,
        "Source: with the Protocol \"redis\" clients share connections to targets; expected addresses of this machine")]
    [InlineData("memcached", """ "StartTls":"postgres" """, "StartTls: \"postgres\" is how another protocol begins than the Protocol \"memcached\"")]
    [InlineData("redis", """ "Cache":{"Memory":"1MiB","MaxValue":"2MiB"} """, "Cache.MaxValue: a reply of 2MiB would not fit in Memory, 1MiB")]
    [InlineData("line", """ "Line":{"Delimiter":""} """, "Line.Delimiter: has 0 bytes; expected 1 to 8 bytes")]
    [InlineData("line", """ "Line":{"Delimiter":"123456789"} """, "Line.Delimiter: has 9 bytes; expected 1 to 8 bytes")]
    [InlineData("length-prefixed", """ "LengthPrefix":{"Size":3} """, "LengthPrefix.Size: expected 1, 2, 4 or 8, found 3")]
    [InlineData("length-prefixed", """ "LengthPrefix":{"Adjustment":-2000} """, "LengthPrefix.Adjustment: expected a whole number -1024 to 1024, found -2000")]
    [InlineData("redis", """ "Cache":{"Prefixes":["a","b","a"]} """, "Cache.Prefixes[2]: a is already given by Apps[0].Cache.Prefixes[0]")]
    [InlineData("redis", """ "Cache":{"Prefixes":[""]} """, "Cache.Prefixes[0]: expected a text of 1 to 255 characters, found \"\"")]
    [InlineData("http", """ "Requests":{} """, "Protocol: expected \"tcp\", \"redis\", \"memcached\", \"length-prefixed\" or \"line\", found \"http\"")]
    public void What_does_not_go_with_the_protocol_is_an_error_that_says_why(string protocol, string more, string problem) =>
        Assert.EndsWith($": Apps[0].{problem}", Assert.Single(Errors(Framed(protocol, more))), StringComparison.Ordinal);

    [Theory]
    [InlineData("tcp", """ "SendProxyProtocol":"v2" """)]
    [InlineData("tcp", """ "Source":"client" """)]
    [InlineData("tcp", """ "StartTls":"postgres" """)]
    [InlineData("tcp", """ "Requests":{} """)]
    [InlineData("redis", """ "Source":"127.0.0.16" """)]
    [InlineData("redis", """ "TargetTls":{},"ProxyProtocol":{"From":["10.0.0.0/8"]} """)]
    [InlineData("memcached", """ "Cache":{} """)]
    [InlineData("length-prefixed", """ "LengthPrefix":{},"Requests":{"Timeout":"off"} """)]
    [InlineData("line", """ "AbortOnClose":true """)]
    public void What_goes_with_the_protocol_is_valid(string protocol, string more) => ReadValid(Framed(protocol, more));

    [Fact]
    public void A_target_that_goes_by_the_clients_port_is_an_error_with_every_protocol_but_tcp()
    {
        static string Text(string protocol) =>
            App(targets: "[\"10.0.0.7\",\"10.0.0.8:80\"]", more: $$""","Protocol":"{{protocol}}","LengthPrefix":{},"Health":{"Active":false}""")
                .Replace(protocol == "length-prefixed" ? "\u0001" : "\"LengthPrefix\":{},", "", StringComparison.Ordinal);

        ReadValid(Text("tcp"));
        Assert.All(ConfigWords.Protocols.Words.Except(["tcp"]), protocol => Assert.EndsWith(
            $": Apps[0].Targets[0]: 10.0.0.7 goes by the port that a client asks for, and with the Protocol \"{protocol}\" clients share connections to "
            + "targets; expected a port of its own",
            Assert.Single(Errors(Text(protocol))), StringComparison.Ordinal));
    }

    [Fact]
    public void The_model_has_what_the_app_says_then_the_file_then_the_defaults()
    {
        var framing = Built("""
            {"Requests":{"Connections":2,"MostInFlight":7,"Slow":"1s"},"Apps":[{"Name":"a","Ports":[1],"Targets":["127.0.0.1:2"],"Protocol":"redis",
              "Requests":{"Connections":3},"Cache":{"Memory":"2MiB","Prefixes":["é:"],"Negative":false}}]}
            """);

        Assert.Equal((AppProtocol.Redis, null, null), (framing!.Protocol, framing.LengthPrefix, framing.Line));
        Assert.Equal(new RequestsModel(3, 7, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)), framing.Requests);
        Assert.Equal((2L << 20, TimeSpan.FromMinutes(1), 64 << 10, false),
            (framing.Cache!.Memory, framing.Cache.MaxAge, framing.Cache.MaxValue, framing.Cache.Negative));
        Assert.Equal("é:"u8.ToArray(), Assert.Single(framing.Cache.Prefixes));
    }

    [Fact]
    public void The_model_has_where_messages_end()
    {
        var prefixed = Built(Framed("length-prefixed", """ "LengthPrefix":{"Offset":2,"Size":8,"ByteOrder":"little","Adjustment":-4,"Maximum":"2KiB"} """));
        var (line, other) = (Built(Framed("line", """ "Health":{} """)), Built(Framed("line", """ "Line":{"Delimiter":"hex:0d0a","Maximum":"1KiB"} """)));

        Assert.Equal(new(2, 8, true, -4, 2_048), prefixed!.LengthPrefix);
        Assert.Equal(("\n", 65_536L), (Encoding.ASCII.GetString(line!.Line!.Delimiter.AsSpan()), line.Line.Maximum));
        Assert.Equal(("\r\n", 1_024L), (Encoding.ASCII.GetString(other!.Line!.Delimiter.AsSpan()), other.Line.Maximum));
        Assert.Null(Built(Minimal));
    }

    [Theory]
    [InlineData("redis", """ "Cache":{"Prefixes":["user:"]} """, """ "Cache":{"Prefixes":["page:"]} """)]
    [InlineData("line", """ "Line":{"Delimiter":"\r\n"} """, """ "Line":{"Delimiter":"\n\r"} """)]
    [InlineData("length-prefixed", """ "LengthPrefix":{"Size":2} """, """ "LengthPrefix":{"Size":4} """)]
    [InlineData("memcached", """ "Requests":{"Timeout":"1s"} """, """ "Requests":{"Timeout":"off"} """)]
    public void A_reload_that_says_the_same_keeps_the_model_and_one_that_does_not_makes_another(string protocol, string more, string other)
    {
        var first = ModelBuilder.Build(ReadValid(Framed(protocol, more)), previous: null);
        var same = ModelBuilder.Build(ReadValid(Framed(protocol, more)), first);
        var changed = ModelBuilder.Build(ReadValid(Framed(protocol, other)), same);

        Assert.Same(first.Apps[0].Framing, same.Apps[0].Framing);
        Assert.Equal(first.Apps[0], same.Apps[0]);
        Assert.NotEqual(same.Apps[0].Framing, changed.Apps[0].Framing);
    }

    private static FramingModel? Built(string json) => ModelBuilder.Build(ReadValid(json), previous: null).Apps[0].Framing;

    private static string Framed(string protocol, string more) => App(more: $$""","Protocol":"{{protocol}}",{{more}}""");
}
