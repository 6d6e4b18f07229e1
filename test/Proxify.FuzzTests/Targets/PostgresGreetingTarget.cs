using Proxify.FuzzTests.Harness;
using Proxify.Prefaces;

namespace Proxify.FuzzTests.Targets;

/// <summary>What a PostgreSQL client says up to its TLS, or to what shows that none comes: byte by byte, and in portions that end where they like.</summary>
internal sealed class PostgresGreetingTarget : FuzzTarget
{
    private static readonly byte[] TlsRequest = [.. PostgresGreeting.TlsRequest];
    private static readonly byte[] GssRequest = [.. TlsRequest[..^1], 48];

    public override int MaxLength => 64;

    public override IReadOnlyList<byte[]> Seeds =>
    [
        [.. TlsRequest, 22, 3, 1], [.. GssRequest, .. TlsRequest, 22], [.. GssRequest, .. GssRequest], [22, 3, 1, 0, 5],
        [0, 0, 0, 16, 0, 3, 0, 0, .. "user\0me\0"u8, 0], [0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2],
    ];

    public override IReadOnlyList<byte[]> Words => [TlsRequest, GssRequest, [22], [0, 0, 0, 8]];

    public override long AllocationBound(int length) => 0;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var greeting = default(PostgresGreeting);
        var rest = input;
        for (var requests = 0; ; requests++)
        {
            Holds(requests <= 2); // GSSAPI once, and TLS
            var before = greeting;
            var (step, length) = ByBytes(ref greeting, rest);
            var isAsking = step is PostgresStep.AsksForTls or PostgresStep.AsksForGss;
            Holds(!isAsking || length == PostgresGreeting.RequestSize);
            InPortions(before, rest, step, length, isAsking);
            if (!isAsking)
                return;
            rest = rest[length..];
        }
    }

    /// <summary>What it wants next, and with how many bytes that is known; incomplete where it never is.</summary>
    private static (PostgresStep Step, int Length) ByBytes(ref PostgresGreeting greeting, ReadOnlySpan<byte> rest)
    {
        for (var length = 0; length <= rest.Length; length++)
        {
            if (greeting.Read(rest[..length]) is var step and not PostgresStep.Incomplete)
                return (step, length);
        }

        return (PostgresStep.Incomplete, rest.Length);
    }

    /// <summary>It is known as early, and is the same, but for a question behind which something comes before it is answered.</summary>
    private static void InPortions(PostgresGreeting greeting, ReadOnlySpan<byte> rest, PostgresStep expected, int length, bool isAsking)
    {
        var portion = 1 + (rest.Length * 7 % 13);
        for (var taken = Math.Min(portion, rest.Length); ; taken = Math.Min(taken + portion, rest.Length))
        {
            var step = greeting.Read(rest[..taken]);
            if (taken < length)
                Holds(step == PostgresStep.Incomplete);
            else
                Holds(step == (isAsking && taken > length ? PostgresStep.Broken : expected));
            if (taken >= length)
                return;
        }
    }
}
