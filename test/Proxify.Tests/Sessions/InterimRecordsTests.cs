using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Which live sessions get records, and when.</summary>
public sealed class InterimRecordsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private readonly SessionRegistry _registry = new();
    private readonly ProxyRuntime _runtime = RuntimeOf(App("a", [5001], "10.0.0.1:1"));
    private readonly AccessLog _accessLog;
    private readonly InterimRecords _interim;

    public InterimRecordsTests()
    {
        _time.Advance(TimeSpan.FromHours(1));
        _accessLog = new AccessLog(_time, _log);
        _interim = new InterimRecords(_registry, _accessLog, _time);
    }

    public void Dispose() => _interim.Dispose();

    [Fact]
    public void A_session_gets_a_record_each_time_that_the_interval_has_passed()
    {
        Apply(new AccessLogConfig { Interim = TimeSpan.FromMinutes(5) });
        var session = Open();

        Pass(TimeSpan.FromMinutes(4.9));
        Assert.Empty(_log.Records);
        Pass(TimeSpan.FromMinutes(0.7));
        ((FakeConnection)session.Client).Received = 7;
        Pass(TimeSpan.FromMinutes(5));

        Assert.Equal([1001, 1001], _log.Events);
        Assert.Equal([0, 7], _log.Records.Select(r => r.FromClient));
        Assert.All(_log.Records, r => Assert.Null(r.Reason));
        Assert.Equal([5, 10], _log.Records.Select(r => (int)r.Duration.TotalMinutes));
    }

    [Fact]
    public void Of_many_that_are_due_at_once_a_part_is_written_at_a_time_and_all_in_the_end()
    {
        Apply(new AccessLogConfig { Interim = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 2_500; i++)
            Open();

        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(1_000, _log.Records.Count);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2_000, _log.Records.Count);
        Pass(TimeSpan.FromSeconds(50));
        Assert.Equal(2_500, _log.Records.Count);
    }

    [Fact]
    public void A_session_has_all_its_records_or_none()
    {
        Apply(new AccessLogConfig { Interim = TimeSpan.FromMinutes(1), Sample = 0.5 });
        var sessions = Enumerable.Range(0, 400).Select(_ => Open()).ToArray();

        Pass(TimeSpan.FromMinutes(3.5));
        var interim = _log.Records.Count;
        foreach (var session in sessions)
            _accessLog.Ended(session, TerminationReason.Done);

        Assert.InRange(_log.Records.Count - interim, 100, 300);
        Assert.Equal(interim, 3 * (_log.Records.Count - interim));
    }

    [Fact]
    public void One_that_is_over_gets_none_though_it_is_still_known()
    {
        Apply(new AccessLogConfig { Interim = TimeSpan.FromMinutes(1) });
        Open().IsOver = true;

        Pass(TimeSpan.FromMinutes(3));

        Assert.Empty(_log.Records);
    }

    [Fact]
    public void An_app_has_its_own_values_and_the_files_for_what_it_leaves_open()
    {
        Apply(
            new AccessLogConfig { Sample = 0, Interim = TimeSpan.FromMinutes(1), Fields = [AccessLogField.App] },
            new AccessLogConfig { Sample = 1, Fields = [AccessLogField.Tries, AccessLogField.Reason] });
        Open();

        Pass(TimeSpan.FromMinutes(1.5));

        Assert.Equal("interim tries=0 reason=-", Assert.Single(_log.Records).ToString());
    }

    [Fact]
    public void A_change_holds_for_sessions_that_are_there_and_begins_with_the_next_interval()
    {
        Apply(new AccessLogConfig());
        Open();
        Pass(TimeSpan.FromMinutes(10.5));

        Apply(new AccessLogConfig { Interim = TimeSpan.FromMinutes(1) });
        Assert.Empty(_log.Records);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Single(_log.Records);

        Apply(new AccessLogConfig());
        Pass(TimeSpan.FromMinutes(10));
        Assert.Single(_log.Records);
    }

    private void Apply(AccessLogConfig ofFile, AccessLogConfig? ofApp = null)
    {
        var app = App("a", [5001], "10.0.0.1:1") with { AccessLog = ofApp ?? new AccessLogConfig() };
        _interim.Follow(_runtime.Apply(new ProxyConfig { Apps = [app], AccessLog = ofFile }));
    }

    private Session Open()
    {
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 5001), TcpEndpoint.FromIPv4(0x0a000001, 50_000));
        var session = new Session(client, _runtime.Current, _runtime.Current.Apps[0], _time.GetTimestamp());
        _registry.Add(session);
        return session;
    }

    private void Pass(TimeSpan time)
    {
        for (var end = _time.GetUtcNow() + time; _time.GetUtcNow() < end;)
            _time.Advance(TimeSpan.FromSeconds(1));
    }
}
