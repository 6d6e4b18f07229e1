using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Prefaces;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Prefaces;
using Proxify.Transport;
using Proxify.Transport.Tls;
using static Proxify.Tests.Prefaces.ProxyHeaders;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What a target is told of a client, as our own parser reads it.</summary>
public sealed class TargetHeaderTests
{
    private static readonly ProxyProtocolTlv[] All = Enum.GetValues<ProxyProtocolTlv>();

    private static readonly PeerCertificate Client = new(new byte[] { 1, 2, 3 }, "CN=client", "client", IsVerified: true);

    private static readonly TlsInfo Tls = new(
        "TLSv1.3", "TLS_AES_128_GCM_SHA256", "a.test", "h2", IsResumed: false, Client, new OwnCertificate("ecdsa-with-SHA256", "EC256"));

    [Fact]
    public async Task Nothing_but_addresses_is_said_where_nothing_else_is_known() =>
        Assert.Equal(Binary((Source, Destination)), await WriteAsync(Arrived(Except(ProxyProtocolTlv.UniqueId, ProxyProtocolTlv.Crc32C))));

    [Fact]
    public async Task All_is_said_of_a_client_whose_TLS_ends_here()
    {
        var session = Arrived(All);
        session.ClientTls = Tls;
        var header = await WriteAsync(session);

        Assert.Equal(
            [
                "Authority=a.test", "Alpn=h2", $"UniqueId={session.UniqueId}", "Ssl=7,0", "SslVersion=TLSv1.3", "SslCipher=TLS_AES_128_GCM_SHA256",
                "SslSignatureAlgorithm=ecdsa-with-SHA256", "SslKeyAlgorithm=EC256", "SslCommonName=client", "SslClientCertificate=\u0001\u0002\u0003", "Crc32C",
            ],
            TlvsOf(header));
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_said()
    {
        Assert.Equal(["Alpn=h2"], await OfAsync(ProxyProtocolTlv.Alpn));
        Assert.Equal(["Crc32C"], await OfAsync(ProxyProtocolTlv.Crc32C));
        Assert.DoesNotContain("SslClientCertificate=\u0001\u0002\u0003", await OfAsync(ProxyProtocolTlv.Ssl));
        Assert.Contains("SslClientCertificate=\u0001\u0002\u0003", await OfAsync(ProxyProtocolTlv.ClientCertificate));

        static async Task<string[]> OfAsync(ProxyProtocolTlv wanted)
        {
            var session = Arrived([wanted]);
            session.ClientTls = Tls;
            return TlvsOf(await WriteAsync(session));
        }
    }

    [Theory]
    [InlineData(false, false, "Ssl=1,1")]
    [InlineData(true, false, "Ssl=7,0")]
    [InlineData(true, true, "Ssl=5,0")]
    public async Task Flags_tell_when_the_client_has_shown_a_certificate(bool hasCertificate, bool isResumed, string expected)
    {
        var session = Arrived([ProxyProtocolTlv.Ssl]);
        session.ClientTls = Tls with { Peer = hasCertificate ? Client : null, IsResumed = isResumed };

        Assert.Equal(expected, TlvsOf(await WriteAsync(session))[0]);
    }

    [Fact]
    public async Task Certificate_that_is_too_long_stays_away_and_the_rest_is_whole()
    {
        var (session, stayedAway) = (Arrived(All), 0);
        foreach (var length in Enumerable.Range(3_700, 300)) // around the longest that has room
        {
            session.ClientTls = Tls with { Peer = Client with { Der = new byte[length] } };
            var tlvs = TlvsOf(await WriteAsync(session));

            Assert.Equal("Crc32C", tlvs[^1]);
            stayedAway += tlvs[^2] == "SslCommonName=client" ? 1 : 0;
        }

        Assert.InRange(stayedAway, 1, 299);
    }

    [Fact]
    public async Task What_a_balancer_has_said_is_passed_on()
    {
        (byte, byte[])[] said = [(1, "h2"u8.ToArray()), (2, "b.test"u8.ToArray()), (0x20, [3, 0, 0, 0, 0, .. Field(0x22, "one"), .. Field(0x28, "der")])];

        Assert.Equal(["Authority=b.test", "Alpn=h2", "Ssl=3,0", "SslCommonName=one", "SslClientCertificate=der"],
            TlvsOf(await WriteAsync(Arrived(Except(ProxyProtocolTlv.UniqueId, ProxyProtocolTlv.Crc32C), said))));
        Assert.Equal(["Ssl=3,0", "SslCommonName=one"], TlvsOf(await WriteAsync(Arrived([ProxyProtocolTlv.Ssl], said))));
        Assert.Empty(TlvsOf(await WriteAsync(Arrived([ProxyProtocolTlv.Ssl], (0x20, [1, 0, 0, 0]))))); // shorter than its own head
    }

    [Fact]
    public async Task What_is_known_here_goes_before_what_a_balancer_has_said()
    {
        var session = Arrived([ProxyProtocolTlv.Authority, ProxyProtocolTlv.Alpn, ProxyProtocolTlv.Ssl],
            (1, "h3"u8.ToArray()), (2, "b.test"u8.ToArray()), (0x20, [1, 0, 0, 0, 1]));
        session.ClientTls = Tls with { Protocol = null };

        Assert.Equal(["Authority=a.test", "Alpn=h3", "Ssl=7,0"], TlvsOf(await WriteAsync(session))[..3]);
    }

    [Fact]
    public async Task Session_has_one_name_for_all_targets_that_are_tried()
    {
        var (one, other) = (Arrived([ProxyProtocolTlv.UniqueId]), Arrived([ProxyProtocolTlv.UniqueId]));

        Assert.Equal(await WriteAsync(one), await WriteAsync(one));
        await WriteAsync(other);

        Assert.Equal(7, Guid.Parse(one.UniqueId!).Version);
        Assert.NotEqual(one.UniqueId, other.UniqueId);
    }

    [Theory]
    [InlineData("7f000001:1f90", "7f000001:1f90")]
    [InlineData("\u0001\u00ff", "01ff")]
    [InlineData("two words", "74776f20776f726473")]
    public async Task Name_that_a_balancer_has_given_a_session_stays(string given, string logged)
    {
        var session = Arrived([ProxyProtocolTlv.UniqueId], (5, Encoding.Latin1.GetBytes(given)));

        Assert.Equal([$"UniqueId={given}"], TlvsOf(await WriteAsync(session)));
        Assert.Equal(logged, session.UniqueId);
    }

    /// <summary>Through the whole of a session: it comes with a header, and its target gets one.</summary>
    [Fact]
    public async Task What_a_balancer_has_said_comes_to_the_target_and_its_name_to_the_log()
    {
        var app = Sending(All) with { ProxyProtocol = new() { From = [new(Destination.ToIPEndPoint().Address, 32)] } };
        var config = new ProxyConfig { Apps = [app] };
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 443), Destination);
        client.Said.Writer.TryWrite([.. Binary((Source, Destination), [(5, "id-1"u8.ToArray()), (2, "b.test"u8.ToArray())]), 1]);
        var log = new RecordLog();

        var runtime = new ProxyRuntime(ModelBuilder.Build(config, previous: null));
        await new PipelineBench(runtime, new SessionRegistry(), new FakePorts(0), new FakeTimeProvider(), log).HandleAsync(client);

        var header = Assert.Single(client.Targets).Sent.ToArray();
        Assert.Equal((Source, Destination), ProxyHeaderParser.Parse(header).Addresses);
        Assert.Equal(["Authority=b.test", "UniqueId=id-1", "Crc32C"], TlvsOf(header));
        Assert.Equal("id-1", Assert.Single(log.Records).UniqueId);
    }

    private static ProxyProtocolTlv[] Except(params ProxyProtocolTlv[] left) => [.. All.Except(left)];

    private static AppConfig Sending(IReadOnlyList<ProxyProtocolTlv> tlvs) => App("a", [443], "10.0.0.1:1") with { SendProxyProtocol = new() { Tlvs = tlvs } };

    private static Session Arrived(IReadOnlyList<ProxyProtocolTlv> wanted, params (byte Type, byte[] Value)[] said)
    {
        var model = ModelBuilder.Build(new ProxyConfig { Apps = [Sending(wanted)] }, previous: null);
        var header = Binary((Source, Destination), said);
        var arrival = new Arrival(new FakeConnection(Destination, Source), model, new PortModel(model.Apps), startedAt: 0)
        {
            Tlvs = header.AsMemory()[ProxyHeaderParser.Parse(header).Tlvs],
        };
        return new Session(arrival.Client, model, model.Apps[0], startedAt: 0, arrival);
    }

    private static async Task<byte[]> WriteAsync(Session session)
    {
        var target = new FakeConnection(Destination, Source);
        await new TargetHeader().OpenAsync(session, target);
        return [.. target.Sent];
    }

    private static byte[] Field(byte type, string value) => [type, 0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>Those of a header in order, those of TLS behind the one that they are part of.</summary>
    private static string[] TlvsOf(byte[] bytes)
    {
        var header = ProxyHeaderParser.Parse(bytes);
        Assert.Equal((ProxyHeaderStatus.Complete, bytes.Length), (header.Status, header.Length));
        var texts = new List<string>();
        Read(bytes.AsSpan()[header.Tlvs], texts);
        return [.. texts];

        static void Read(ReadOnlySpan<byte> fields, List<string> texts)
        {
            var tlvs = new ProxyTlvs(fields);
            while (tlvs.MoveNext())
            {
                texts.Add(tlvs.Type switch
                {
                    ProxyTlvType.Crc32C => "Crc32C",
                    ProxyTlvType.Ssl => $"Ssl={tlvs.Value[0]},{BinaryPrimitives.ReadInt32BigEndian(tlvs.Value[1..])}",
                    _ => $"{tlvs.Type}={Encoding.Latin1.GetString(tlvs.Value)}",
                });
                if (tlvs.Type == ProxyTlvType.Ssl)
                    Read(tlvs.Value[ProxyTlvs.SslHeadSize..], texts);
            }

            Assert.True(tlvs.IsAtEnd);
        }
    }

    private sealed class RecordLog : Microsoft.Extensions.Logging.ILogger
    {
        public List<SessionRecord> Records { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state,
            Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is SessionRecord record)
                Records.Add(record);
        }
    }
}
