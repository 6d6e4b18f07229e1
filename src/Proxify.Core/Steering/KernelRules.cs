using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>
/// Brings source rules and rates into the kernel. New ones are laid down beside those in force: under numbers that were never
/// used before, their port table in the spare one of two. Then one pointer is exchanged, and what nobody reads any more is cleared away.
/// </summary>
internal sealed class KernelRules(SteeringHandles handles)
{
    private readonly BpfMap<SourceKey, SourceVerdict> _sources = new(handles.Sources, KernelLayout.SourcesMap);
    private readonly BpfMap<uint, AppName> _apps = new(handles.Apps, KernelLayout.AppsMap);
    private readonly BpfMap<uint, KernelLimits> _limits = new(handles.Limits, KernelLayout.LimitsMap);
    private readonly BpfMap<uint, int> _inForce = new(handles.Rules, KernelLayout.RulesMap);
    private readonly Numbering<Scope> _scopes = new();
    private readonly Numbering<Limits> _limitNumbers = new();
    private BpfMap<uint, PortRules> _current = new(handles.RulesTableA, KernelLayout.RulesTableA);
    private BpfMap<uint, PortRules> _spare = new(handles.RulesTableB, KernelLayout.RulesTableB);
    private bool _hasRules;
    private uint _lastInherited;

    /// <summary>What another process needs to go on with them.</summary>
    public SteeringState Describe() => new()
    {
        Layout = SteeringState.CurrentLayout,
        UsesTableB = _current.Name == KernelLayout.RulesTableB,
        LastScope = _scopes.Last,
        LastLimits = _limitNumbers.Last,
        Limits = [.. _limitNumbers.InForce.Select(static l => new NumberedLimits(l.Key.App, l.Key.Rates, l.Value))],
    };

    /// <summary>
    /// Goes on with rules that another process has laid down. Their scopes are laid down anew beside them by the next <see cref="Apply"/>, which also clears
    /// them away; limits that stay keep their buckets.
    /// </summary>
    public void Resume(SteeringState state)
    {
        if (state.UsesTableB)
            (_current, _spare) = (_spare, _current);
        _scopes.Resume([], state.LastScope);
        _limitNumbers.Resume(state.Limits.Select(static l => KeyValuePair.Create(new Limits(l.App, l.Rates), l.Number)), state.LastLimits);
        _lastInherited = state.LastScope;
        _hasRules = true;
    }

    public void Apply(SteeringRules rules)
    {
        var table = new PortRuleTable();
        Fill(table, rules);
        if (_scopes.Count > KernelLayout.MaxApps || _limitNumbers.Count > KernelLayout.MaxApps)
            throw new SteeringException($"steering takes at most {KernelLayout.MaxApps} apps");

        var (scopes, limits) = (_scopes.Added, _limitNumbers.Added);
        try
        {
            Upload(scopes);
            _limits.SetAll([.. limits.Select(l => l.Value)], [.. limits.Select(l => new KernelLimits(l.Key.Rates))], out _);
            if (_hasRules)
                Exchange(table);
            else
                table.WriteTo(_current); // nothing is steered before there are rules: no SYN can see them half written
        }
        catch (SteeringException)
        {
            Clear(scopes, limits);
            throw;
        }

        _hasRules = true;
        Clear(_scopes.Commit(), _limitNumbers.Commit());
        ClearInherited();
    }

    private void Exchange(PortRuleTable table)
    {
        table.WriteTo(_spare);
        var next = _spare.Handle.Descriptor;
        _inForce.Set(0, ref next);

        // The kernel has waited for the last run that could still see the old table: some 10 ms, on a busy machine 100.
        (_current, _spare) = (_spare, _current);
    }

    private void Fill(PortRuleTable table, SteeringRules rules)
    {
        // Rules that are in force already keep their numbers: their prefixes and buckets stay where they are.
        _scopes.Begin();
        _limitNumbers.Begin();
        var ofPort = table.OfPort;
        table.Global = new PortRules(rules.Global.IsEmpty ? KernelLayout.NoScope : _scopes.Of(new Scope(null, rules.Global)), LimitsOf(null, rules.Rates));
        ofPort.Fill(rules.Default is { } app ? RulesOf(app) : default);
        foreach (var steered in rules.Apps)
        {
            var its = RulesOf(steered);
            foreach (var port in steered.Ports)
                ofPort[port] = its;
        }

        PortRules RulesOf(SteeredApp app) => new(_scopes.Of(new Scope(app.Name, app.Sources)), LimitsOf(app.Name, app.Rates));

        uint LimitsOf(string? name, RateLimits rates) => rates.IsNone ? KernelLayout.NoLimits : _limitNumbers.Of(new Limits(name, rates));
    }

    private void Upload(List<KeyValuePair<Scope, uint>> scopes)
    {
        var keys = KeysOf(scopes);
        var verdicts = new SourceVerdict[keys.Length];
        var i = 0;
        foreach (var (scope, _) in scopes)
        {
            foreach (var prefix in scope.Rules.Prefixes)
                verdicts[i++] = prefix.Verdict;
        }

        _sources.SetAll(keys, verdicts, out _);

        var names = scopes.Where(s => s.Key.App is not null).ToList();
        _apps.SetAll([.. names.Select(s => s.Value)], [.. names.Select(s => AppName.From(s.Key.App!))], out _);
    }

    private void Clear(List<KeyValuePair<Scope, uint>> scopes, List<KeyValuePair<Limits, uint>> limits)
    {
        try
        {
            _sources.RemoveAll(KeysOf(scopes));
            _apps.RemoveAll([.. scopes.Select(s => s.Value)]);
            _limits.RemoveAll([.. limits.Select(l => l.Value)]);
        }
        catch (SteeringException)
        {
            // What is left over costs memory and nothing else: no table names it, and its numbers never come again.
        }
    }

    /// <summary>What another process has laid down, and nobody reads any more.</summary>
    private void ClearInherited()
    {
        if (_lastInherited == 0)
            return;
        try
        {
            _sources.RemoveAll([.. _sources.ReadKeys().Where(key => key.Scope <= _lastInherited)]);
            _apps.RemoveAll([.. _apps.ReadKeys().Where(number => number <= _lastInherited)]);
            _lastInherited = 0;
        }
        catch (SteeringException)
        {
            // As in Clear; the next change tries again.
        }
    }

    private static SourceKey[] KeysOf(List<KeyValuePair<Scope, uint>> scopes)
    {
        var keys = new SourceKey[scopes.Sum(s => s.Key.Rules.Prefixes.Length)];
        var i = 0;
        foreach (var (scope, number) in scopes)
        {
            foreach (var prefix in scope.Rules.Prefixes)
                keys[i++] = new SourceKey(number, prefix);
        }

        return keys;
    }

    /// <summary>Prefixes that decide together: an app's, or with no app the proxy's own.</summary>
    private sealed record Scope(string? App, SourceRules Rules);

    /// <summary>Rates with buckets of their own: an app's, or with no app the proxy's.</summary>
    private sealed record Limits(string? App, RateLimits Rates);
}
