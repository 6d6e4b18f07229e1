using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>
/// Brings the source rules into the kernel. New rules are laid down beside the ones in force: their prefixes under scope numbers that were never
/// used before, their port table in the spare one of two. Then one pointer is exchanged, and what nobody reads any more is cleared away.
/// </summary>
internal sealed class RuleTables(SteeringHandles handles)
{
    private readonly BpfMap<SourceKey, SourceVerdict> _sources = new(handles.Sources, KernelLayout.SourcesMap);
    private readonly BpfMap<uint, AppName> _apps = new(handles.Apps, KernelLayout.AppsMap);
    private readonly BpfMap<uint, int> _inForce = new(handles.Rules, KernelLayout.RulesMap);
    private BpfMap<uint, uint> _current = new(handles.RulesTableA, KernelLayout.RulesTableA);
    private BpfMap<uint, uint> _spare = new(handles.RulesTableB, KernelLayout.RulesTableB);
    private Dictionary<Scope, uint> _scopes = [];
    private uint _lastScope = KernelLayout.NoScope;
    private bool _hasRules;

    public void Apply(SteeringRules rules)
    {
        var scopes = new Dictionary<Scope, uint>();
        var table = new RulesTable();
        Fill(table, rules, scopes);
        if (scopes.Count > KernelLayout.MaxApps)
            throw new SteeringException($"steering takes at most {KernelLayout.MaxApps} apps");

        var added = scopes.Where(s => !_scopes.ContainsKey(s.Key)).ToList();
        try
        {
            Upload(added);
            if (_hasRules)
                Exchange(table);
            else
                table.WriteTo(_current); // nothing is steered before there are rules: no SYN can see them half written
        }
        catch (SteeringException)
        {
            Clear(added);
            throw;
        }

        _hasRules = true;
        var gone = _scopes.Where(s => !scopes.ContainsKey(s.Key)).ToList();
        _scopes = scopes;
        Clear(gone);
    }

    private void Exchange(RulesTable table)
    {
        table.WriteTo(_spare);
        var next = _spare.Handle.Descriptor;
        _inForce.Set(0, ref next);

        // The kernel has waited for the last run that could still see the old table: some 10 ms, on a busy machine 100.
        (_current, _spare) = (_spare, _current);
    }

    private void Fill(RulesTable table, SteeringRules rules, Dictionary<Scope, uint> scopes)
    {
        var ofPort = table.OfPort;
        table.Global = rules.Global.IsEmpty ? KernelLayout.NoScope : NumberOf(new Scope(null, rules.Global));
        ofPort.Fill(rules.Default is { } app ? NumberOf(new Scope(app.Name, app.Sources)) : KernelLayout.NoScope);
        foreach (var steered in rules.Apps)
        {
            var number = NumberOf(new Scope(steered.Name, steered.Sources));
            foreach (var port in steered.Ports)
                ofPort[port] = number;
        }

        uint NumberOf(Scope scope)
        {
            if (!scopes.TryGetValue(scope, out var number))
            {
                // Rules that are in force already keep their number, and their prefixes stay where they are.
                if (!_scopes.TryGetValue(scope, out number))
                    number = ++_lastScope;
                scopes.Add(scope, number);
            }

            return number;
        }
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

    private void Clear(List<KeyValuePair<Scope, uint>> scopes)
    {
        try
        {
            _sources.RemoveAll(KeysOf(scopes));
            _apps.RemoveAll([.. scopes.Select(s => s.Value)]);
        }
        catch (SteeringException)
        {
            // What is left over costs memory and nothing else: no table names these scopes, and their numbers never come again.
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
}
