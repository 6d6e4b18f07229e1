using Proxify.FuzzTests.Harness;
using Proxify.Prefaces;
using Proxify.Tests.Prefaces;

namespace Proxify.FuzzTests.Targets;

/// <summary>The first bytes of a TLS client, at once and in portions.</summary>
internal sealed class ClientHelloTarget : FuzzTarget
{
    private const int Limit = 2048;

    public override int MaxLength => Limit + 256;

    public override IReadOnlyList<byte[]> Seeds =>
    [
        .. new[] { KnownHellos.OpenSsl, KnownHellos.OpenSslNoName, KnownHellos.Curl, KnownHellos.GnuTls, KnownHellos.Java }.Select(Convert.FromBase64String),
        HelloBytes.InRecords(HelloBytes.Modern("modern.test")),
        HelloBytes.InRecords(HelloBytes.Modern("modern.test"), 100),
        HelloBytes.InRecords(HelloBytes.Message(HelloBytes.ServerName("a.test"), HelloBytes.Protocols("h2")), 3),
    ];

    public override IReadOnlyList<byte[]> Words =>
    [
        [22, 3, 1], [22, 3, 3], HelloBytes.ServerName("a.b"), HelloBytes.ServerName("1.2"), HelloBytes.Protocols("h2"), HelloBytes.Versions(0x0304), [0, 0],
        [0, 16], [0, 43], [0, 51],
    ];

    /// <summary>What it says, thrice, and the protocols that it names; whatever else it has.</summary>
    public override long AllocationBound(int length) => 4096 + (3 * length);

    public override void Run(ReadOnlySpan<byte> input)
    {
        var atOnce = new ClientHelloReader(Limit).Read(input);
        Check(atOnce, input);

        var reader = new ClientHelloReader(Limit);
        var bitByBit = default(HelloResult);
        var portion = 1 + (input.Length * 7 % 61);
        for (var length = portion; bitByBit.Status == HelloStatus.Incomplete && length < input.Length; length += portion)
            bitByBit = reader.Read(input[..length]);
        if (bitByBit.Status == HelloStatus.Incomplete)
            bitByBit = reader.Read(input);
        Holds(bitByBit.Status == atOnce.Status && bitByBit.Position == atOnce.Position && bitByBit.Problem == atOnce.Problem);
        Holds(bitByBit.Hello?.ServerName == atOnce.Hello?.ServerName && bitByBit.Hello?.HighestVersion == atOnce.Hello?.HighestVersion);
        Holds(atOnce.Hello is not { } hello || hello.Protocols.Span.SequenceEqual(bitByBit.Hello!.Protocols.Span));
    }

    private static void Check(HelloResult result, ReadOnlySpan<byte> input)
    {
        Holds(result.Position >= 0 && result.Position <= input.Length);
        Holds(result.Status == HelloStatus.Broken == result.Problem is not null);
        Holds(result.Status == HelloStatus.Complete == result.Hello is not null);
        if (result.Hello is not { } hello)
            return;

        // A name means the same to all who read it from now on.
        Span<byte> name = stackalloc byte[256];
        if (hello.ServerName is { } host)
            Holds(HostName.Parse(name[..System.Text.Encoding.ASCII.GetBytes(host, name)]) == host);
        for (var rest = hello.Protocols.Span; !rest.IsEmpty; rest = rest[(rest[0] + 1)..])
            Holds(rest[0] > 0 && rest[0] < rest.Length);
    }
}
