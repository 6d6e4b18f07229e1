using Proxify.Prefaces;
using Proxify.Tests.Prefaces;

namespace Proxify.FuzzTests.Targets;

/// <summary>Version 1 of the PROXY protocol.</summary>
internal sealed class ProxyLineTarget : ProxyHeaderTarget
{
    public override int MaxLength => 160;

    public override IReadOnlyList<byte[]> Seeds =>
    [
        ProxyHeaders.Line(ProxyHeaders.Source, ProxyHeaders.Destination),
        ProxyHeaders.Line(ProxyHeaders.Source6, ProxyHeaders.Destination6),
        ProxyHeaders.Line("PROXY UNKNOWN\r\n"),
        ProxyHeaders.Line("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\nGET / HTTP/1.1\r\n"),
        ProxyHeaders.Line("PROXY TCP6 ::ffff:192.0.2.1 1:2:3:4:5:6:7:8 0 65535\r\n"),
    ];

    public override IReadOnlyList<byte[]> Words =>
    [
        .. new[] { "PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "\r\n", " ", "::", ":ffff:", "1.2.3.4", "255", "65535", "0" }.Select(ProxyHeaders.Line),
    ];

    protected override void Check(in ProxyHeader header, ReadOnlySpan<byte> input)
    {
        Holds(header.Tlvs.Equals(default));
        if (header.Addresses is not { } ends)
            return;
        // Whoever is told of them reads the same.
        Span<byte> line = stackalloc byte[ProxyLine.MostBytes];
        Holds(ProxyHeaderParser.Parse(line[..ProxyLine.Write(line, ends.Source, ends.Destination)]).Addresses == ends);
    }
}
