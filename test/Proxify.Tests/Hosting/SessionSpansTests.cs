using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Proxify.Hosting;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Sessions;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Hosting;

/// <summary>Who listens to a source hears of every session of the process.</summary>
[Collection(nameof(RunsAlone))]
public sealed class SessionSpansTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ProxyModel _model = ModelOf(App("a", [5001], "10.0.0.1:1"));
    private readonly SessionSpans _spans;

    public SessionSpansTests() => _spans = new SessionSpans(_time);

    public void Dispose() => _spans.Dispose();

    [Fact]
    public void A_span_has_the_session_s_times_and_what_is_known_of_it()
    {
        var span = Assert.Single(SpansOf(ActivitySamplingResult.AllDataAndRecorded, TerminationReason.Done));

        Assert.Equal(("session", ActivityKind.Server, default), (span.OperationName, span.Kind, span.ParentSpanId));
        Assert.Equal((_time.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3)), (span.StartTimeUtc, span.Duration));
        Assert.Equal(
            ["a", "10.0.0.1", 50_000, "127.0.0.1", 5001, "done", 7L, null],
            "proxify.app client.address client.port network.local.address network.local.port proxify.reason proxify.client.io error.type".Split(' ')
                .Select(span.GetTagItem));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Null(Activity.Current);
    }

    [Theory]
    [InlineData("connect_failed", true)]
    [InlineData("internal_error", true)]
    [InlineData("client_reset", false)]
    [InlineData("idle_timeout", false)]
    public void A_span_is_an_error_where_somebody_may_have_to_mend_something(string reason, bool isError)
    {
        var span = Assert.Single(SpansOf(ActivitySamplingResult.AllDataAndRecorded, TerminationWords.All.Single(r => r.ToWord() == reason)));

        Assert.Equal(isError, span.Status == ActivityStatusCode.Error);
        Assert.Equal(isError ? reason : null, span.GetTagItem("error.type"));
    }

    [Fact]
    public void A_session_that_is_sampled_out_is_not_described() =>
        Assert.All(SpansOf(ActivitySamplingResult.PropagationData, TerminationReason.Done), span => Assert.Empty(span.TagObjects));

    [Fact]
    public void Where_nobody_listens_a_span_costs_nothing()
    {
        var session = NewSession();

        Assert.Equal(0, Allocations.Of(() => _spans.Ended(session, TerminationReason.Done)));
    }

    private List<Activity> SpansOf(ActivitySamplingResult sampling, TerminationReason reason)
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SessionSpans.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var session = NewSession();
        _time.Advance(TimeSpan.FromMinutes(3));
        _spans.Ended(session, reason);
        return spans;
    }

    private Session NewSession()
    {
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 5001), TcpEndpoint.FromIPv4(0x0a000001, 50_000)) { Received = 7 };
        return new Session(client, _model, _model.Apps[0], _time.GetTimestamp());
    }
}
