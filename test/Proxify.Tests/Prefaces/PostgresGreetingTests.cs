using CsCheck;
using Proxify.Prefaces;

namespace Proxify.Tests.Prefaces;

public sealed class PostgresGreetingTests
{
    private static readonly byte[] TlsRequest = [0, 0, 0, 8, 4, 210, 22, 47];
    private static readonly byte[] GssRequest = [0, 0, 0, 8, 4, 210, 22, 48];
    private static readonly byte[] CancelRequest = [0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2];
    private static readonly byte[] Startup = [0, 0, 0, 16, 0, 3, 0, 0, .. "user\0me\0"u8, 0];

    [Fact]
    public void A_client_that_asks_for_TLS_begins_with_it()
    {
        var greeting = default(PostgresGreeting);

        Assert.Equal(PostgresStep.AsksForTls, greeting.Read(TlsRequest));
        Assert.Equal(PostgresStep.Incomplete, greeting.Read([]));
        Assert.Equal(PostgresStep.BeginsTls, greeting.Read([22]));
    }

    [Fact]
    public void A_client_that_asks_for_GSSAPI_first_asks_for_TLS_then_or_goes_on_without()
    {
        var greeting = default(PostgresGreeting);
        Assert.Equal(PostgresStep.AsksForGss, greeting.Read(GssRequest));
        var other = greeting;

        Assert.Equal(PostgresStep.AsksForTls, greeting.Read(TlsRequest));
        Assert.Equal(PostgresStep.BeginsTls, greeting.Read([22, 3]));
        Assert.Equal(PostgresStep.Plain, other.Read(Startup));
    }

    [Fact]
    public void A_client_may_begin_with_TLS_at_once_but_not_after_a_refusal()
    {
        var greeting = default(PostgresGreeting);
        Assert.Equal(PostgresStep.BeginsTls, greeting.Read([22, 3, 1]));

        Assert.Equal(PostgresStep.AsksForGss, greeting.Read(GssRequest));
        Assert.Equal(PostgresStep.Plain, greeting.Read([22, 3, 1]));
    }

    [Fact]
    public void Clients_without_TLS_and_those_of_other_protocols_are_plain()
    {
        Assert.Equal(PostgresStep.Plain, default(PostgresGreeting).Read(Startup));
        Assert.Equal(PostgresStep.Plain, default(PostgresGreeting).Read(CancelRequest));
        Assert.Equal(PostgresStep.Plain, default(PostgresGreeting).Read("GET "u8));
    }

    [Fact]
    public void What_comes_with_a_request_before_its_answer_is_not_taken_for_the_clients()
    {
        Assert.Equal(PostgresStep.Broken, default(PostgresGreeting).Read([.. TlsRequest, 22]));
        Assert.Equal(PostgresStep.Broken, default(PostgresGreeting).Read([.. GssRequest, .. TlsRequest]));
        var greeting = default(PostgresGreeting);
        greeting.Read(TlsRequest);
        Assert.Equal(PostgresStep.Broken, greeting.Read(Startup));
    }

    [Fact]
    public void A_client_asks_for_GSSAPI_once()
    {
        var greeting = default(PostgresGreeting);
        greeting.Read(GssRequest);

        Assert.Equal(PostgresStep.Plain, greeting.Read(GssRequest));
    }

    /// <summary>Whatever comes in whatever portions: a step is known from the same byte on, and never before the last byte of a request.</summary>
    [Fact]
    public void A_step_does_not_depend_on_portions() => Gen.Select(
        Gen.OneOf(Gen.Byte.Array[1, 20], Gen.Int[0, 3].Select(i => new[] { TlsRequest, GssRequest, CancelRequest, Startup }[i])),
        Gen.Select(Gen.Int[0, 7], Gen.Byte).Array[0, 1]).Sample((bytes, edits) =>
        {
            bytes = [.. bytes];
            foreach (var (at, value) in edits)
                bytes[at % bytes.Length] = value;
            var (greeting, steps) = (default(PostgresGreeting), new List<PostgresStep>());
            for (var length = 1; length <= bytes.Length && steps.LastOrDefault() == PostgresStep.Incomplete; length++)
                steps.Add(greeting.Read(bytes.AsSpan(0, length)));

            var atOnce = default(PostgresGreeting).Read(bytes);
            if (atOnce != PostgresStep.Broken)
                Assert.Equal(atOnce, steps[^1]);
            else
                Assert.Equal(PostgresGreeting.RequestSize, steps.Count);
            if (steps[^1] is PostgresStep.AsksForTls or PostgresStep.AsksForGss)
                Assert.Equal(PostgresGreeting.RequestSize, steps.Count);
        },
        iter: 20_000);

    [Fact]
    public void A_refusal_is_an_ErrorResponse() => Assert.Equal(
        [(byte)'E', 0, 0, 0, 30, .. "SFATAL\0VFATAL\0C28000\0Mno\0\0"u8],
        PostgresGreeting.Refusal("no"));
}
