using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Balancing;
using Proxify.Health;
using Proxify.Transport;

namespace Proxify.Tests.Health;

/// <summary>An app's targets under watch, on a clock and with checks that the test owns.</summary>
internal sealed class HealthBench : IDisposable
{
    private readonly Dictionary<string, TargetHealth> _targets = [];
    private HealthMember[] _members = [];
    private HealthSettings _settings = HealthSettings.Off;

    public HealthBench(params string[] targets)
    {
        Monitor = new HealthMonitor(Time, Log, Prober, Observer);
        Members = [.. targets.Select(t => new HealthMember(this[t], TakesSessions: true, IsBackup: false))];
    }

    /// <summary>As the config has them where it says nothing.</summary>
    public static HealthSettings Both { get; } = TestConfigs.ModelOf(TestConfigs.App("a", [5001], "10.0.0.1:1")).Apps[0].Health;

    public static HealthSettings Passive { get; } = Both with { Check = null };

    public FakeTimeProvider Time { get; } = new();

    public FakeProber Prober { get; } = new();

    public EventLog Log { get; } = new();

    public HealthMonitor Monitor { get; }

    public List<TargetHealth> Down => Observer.Down;

    private HealthObserver Observer { get; } = new();

    public HealthMember[] Members
    {
        get => _members;
        set
        {
            _members = value;
            Follow();
        }
    }

    public HealthSettings Settings
    {
        get => _settings;
        set
        {
            _settings = value;
            Follow();
        }
    }

    public TargetHealth this[string name] =>
        _targets.TryGetValue(name, out var known) ? known : _targets[name] =
            new TargetHealth(name, "10.0.0.1", TcpEndpoint.FromIPv4(0x0a000001, (ushort)(_targets.Count + 1)), new TargetLoad());

    public string Available => string.Concat(_members.Where(m => m.Target.Load.IsAvailable).Select(m => m.Target.Name));

    public string Up => string.Concat(_members.Where(m => m.Target.IsUp).Select(m => m.Target.Name));

    public void Follow() => Monitor.Follow([("app", _settings, _members)]);

    /// <summary>Dials as a session does.</summary>
    public void Dial(string name, DialOutcome outcome, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            if (this[name].TryBeginDial(isLastResort: false, out var isTrial))
                this[name].EndDial(outcome, isTrial);
        }
    }

    public void Check(string name, CheckResult result, int times = 1)
    {
        for (var i = 0; i < times; i++)
            this[name].TakeCheck(result);
    }

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Monitor.Dispose();

    internal sealed class EventLog : ILogger
    {
        public List<string> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Events)
                Events.Add($"{eventId.Name} {formatter(state, exception)}");
        }
    }
}
