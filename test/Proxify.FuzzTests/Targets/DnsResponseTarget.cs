using Proxify.FuzzTests.Harness;
using Proxify.Resolution;

namespace Proxify.FuzzTests.Targets;

/// <summary>What comes in answer to a question for a name.</summary>
internal sealed class DnsResponseTarget : FuzzTarget
{
    private readonly byte[] _question = DnsMessage.Question("db.internal.", DnsType.A)!;

    public DnsResponseTarget()
    {
        _question[0] = _question[1] = 0; // the id, which is drawn by chance
    }

    public override int MaxLength => 512;

    public override IReadOnlyList<byte[]> Seeds =>
    [
        Response(1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1),
        Response(1, 0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
        Response(2, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, (byte)'a', 0xc0, 15, 1, (byte)'a', 0xc0, 15, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1),
        Response(1, 0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 10, 0, 1, 0, 2, 0, 80, 1, (byte)'a', 0xc0, 15),
    ];

    public override IReadOnlyList<byte[]> Words => [[0xc0, 12], [0, 1, 0, 1], [0, 5, 0, 1], [0, 28, 0, 1], [0, 33, 0, 1]];

    /// <summary>Each record may have a name of 255 bytes by pointing at one, and a byte of it four characters.</summary>
    public override long AllocationBound(int length) => 4096 + (length / 12 * 16_384L);

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (DnsMessage.Read(input, _question) is not { } response)
            return;
        Holds(response.Code is >= 0 and <= 15);
        Holds(response.Ttl >= TimeSpan.Zero);
        foreach (var service in response.Services)
            Holds(service.Target.EndsWith('.'));
    }

    private byte[] Response(byte answers, params byte[] records) => [0, 0, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0, .. _question.AsSpan(12), .. records];
}
