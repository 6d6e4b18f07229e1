using CsCheck;
using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Health;
using Proxify.Runtime;

namespace Proxify.Tests.Health;

/// <summary>Random histories, against a model that is written to be read: plain fields, no timers, no locks.</summary>
public sealed class HealthModelTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    private static readonly Gen<Event> Events =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, Names.Length - 1], Gen.Int[0, 30], (kind, target, number) => new Event(kind, Names[target], number));

    private readonly record struct Event(int Kind, string Target, int Number)
    {
        public override string ToString() => Kind switch
        {
            0 or 1 => $"check {Target} good",
            2 or 3 => $"check {Target} bad",
            4 => $"dial {Target} connected",
            5 or 6 => $"dial {Target} refused",
            7 => $"dial {Target} timed out",
            8 => $"{Number} s pass",
            _ => $"reload, checks {(Number % 2 == 0 ? "on" : "off")}",
        };
    }

    [Fact]
    public void The_state_machine_equals_the_model_under_any_history() => Events.Array[1, 120].Sample(
        history =>
        {
            using var bench = new HealthBench(Names);
            bench.Settings = HealthBench.Both;
            bench.Members = [.. bench.Members.Select(m => m with { IsBackup = m.Target.Name == "c" })];
            // The loop makes no checks of its own here: the history does.
            bench.Prober.OnBegin = _ => null;
            var model = new Model();
            foreach (var happens in history)
            {
                Apply(bench, happens, model.Available);
                model.Apply(happens);
                Assert.True(model.Available == bench.Available && model.Up == bench.Up,
                    $"after {happens}: available {bench.Available}, expected {model.Available}; up {bench.Up}, expected {model.Up}");
            }
        },
        iter: 3_000,
        print: history => string.Join("; ", history));

    /// <summary>Reloads and events at once, and sessions that pick meanwhile.</summary>
    [Fact]
    public async Task Under_concurrent_events_and_reloads_a_pick_finds_a_target_and_at_rest_only_available_ones()
    {
        var names = Enumerable.Range(0, 8).Select(i => $"{i}").ToArray();
        using var bench = new HealthBench(names) { Settings = HealthBench.Both };
        bench.Prober.OnBegin = _ => null;
        var rotation = new RoundRobinPolicy([.. names.Select((n, i) => new Candidate(i, n, 1, bench[n].Load))], new Turns());
        var balancer = new Balancer([rotation]);
        for (var round = 0; round < 50; round++)
        {
            var seed = round;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
            {
                var random = new Random((seed * 4) + worker);
                for (var i = 0; i < 500; i++)
                {
                    var name = names[random.Next(names.Length)];
                    switch (random.Next(6))
                    {
                        case 0: bench.Check(name, CheckResult.Good); break;
                        case 1: bench.Check(name, CheckResult.Unreachable); break;
                        case 2: bench.Dial(name, DialOutcome.Refused); break;
                        case 3: bench.Dial(name, DialOutcome.Connected); break;
                        case 4: bench.Follow(); break;
                        default: balancer.Pick(0, default); break;
                    }
                }
            })));

            var up = bench.Up;
            Assert.Equal(up.Length == 0 ? string.Concat(names) : up, bench.Available);
            for (var i = 0; i < 20; i++)
                Assert.Contains(names[balancer.Pick(0, default)], bench.Available, StringComparison.Ordinal);
        }
    }

    private static void Apply(HealthBench bench, Event happens, string available)
    {
        switch (happens.Kind)
        {
            case 0 or 1: bench.Check(happens.Target, CheckResult.Good); break;
            case 2 or 3: bench.Check(happens.Target, CheckResult.Unreachable); break;
            case 8: bench.Pass(happens.Number); break;
            case 9: bench.Settings = happens.Number % 2 == 0 ? HealthBench.Both : HealthBench.Passive; break;
            // Sessions go only where they may.
            case var dial when available.Contains(happens.Target, StringComparison.Ordinal):
                bench.Dial(happens.Target, dial == 4 ? DialOutcome.Connected : dial == 7 ? DialOutcome.TimedOut : DialOutcome.Refused);
                break;
        }
    }

    private sealed class Model
    {
        private readonly Dictionary<string, Target> _targets = Names.ToDictionary(n => n, _ => new Target());
        private double _now;
        private bool _checks = true;

        private sealed class Target
        {
            public bool CheckUp = true;
            public int Against;
            public bool IsOut;
            public bool TimedOut;
            public double Until;
            public double Lasts;
            public double BackAt;
            public int Level;
            public int Failures;
            public int GoodChecks;
            public bool BadCheck;
        }

        public string Up => string.Concat(Names.Where(IsUp));

        public string Available
        {
            get
            {
                var own = Names.Count(n => n != "c" && IsUp(n));
                return own == 0 && !IsUp("c") ? string.Concat(Names) : Up;
            }
        }

        public void Apply(Event happens)
        {
            var target = _targets[happens.Target];
            switch (happens.Kind)
            {
                case <= 3:
                    if (_checks)
                        Check(target, good: happens.Kind <= 1);
                    break;
                case 8:
                    _now += happens.Number;
                    break;
                case 9:
                    _checks = happens.Number % 2 == 0;
                    if (!_checks)
                    {
                        foreach (var each in _targets.Values)
                            (each.CheckUp, each.Against) = (true, 0);
                    }

                    break;
                default:
                    if (Available.Contains(happens.Target, StringComparison.Ordinal))
                        Dial(target, happens.Kind);
                    break;
            }
        }

        private bool IsUp(string name) => _targets[name] is var t && t.CheckUp && (!t.IsOut || _now >= t.Until);

        private void Check(Target t, bool good)
        {
            if (good == t.CheckUp)
            {
                t.Against = 0;
            }
            else if (++t.Against == (good ? 2 : 3))
            {
                t.CheckUp = good;
                t.Against = 0;
            }

            if (!t.IsOut)
                return;
            t.GoodChecks = good ? t.GoodChecks + 1 : 0;
            t.BadCheck |= !good;
            if (t.GoodChecks >= 2 && (t.BadCheck || !t.TimedOut || t.Level == 1))
                Return(t);
        }

        private void Dial(Target t, int kind)
        {
            var isTrial = t.IsOut && t.CheckUp && _now >= t.Until;
            if (kind == 4)
            {
                t.Failures = 0;
                if (t.IsOut)
                    Return(t);
            }
            else if (isTrial)
            {
                Eject(t, kind == 7);
            }
            else if (!t.IsOut && (kind == 7 || ++t.Failures == 3))
            {
                if (t.Level > 0 && _now - t.BackAt >= t.Lasts)
                    t.Level = 0;
                Eject(t, kind == 7);
            }
        }

        private void Eject(Target t, bool timedOut)
        {
            t.Lasts = Math.Min(10 * Math.Pow(2, t.Level++), 300);
            (t.IsOut, t.TimedOut, t.Until, t.Failures, t.GoodChecks, t.BadCheck) = (true, timedOut, _now + t.Lasts, 0, 0, false);
        }

        private void Return(Target t) => (t.IsOut, t.BackAt, t.Failures) = (false, _now, 0);
    }
}
