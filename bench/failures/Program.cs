using System.CommandLine;
using System.Globalization;
using Proxify.FailuresBench;

var only = new Option<string>("--only")
{
    Description = "A part of a scenario's, a flood's or a section's name (killed, storm of resets, idle): only those that have it",
    DefaultValueFactory = _ => ""
};
var proxy = new Option<string>("--proxy") { Description = "A part of a name: only these proxies", DefaultValueFactory = _ => "" };
var rounds = new Option<int>("--rounds")
{
    Description = "How often each proxy goes through each scenario; medians where a table does not say otherwise",
    DefaultValueFactory = _ => 3
};
var proxify = new Option<FileInfo>("--proxify") { Description = "The proxify binary", DefaultValueFactory = _ => new FileInfo("./proxify") };
var command = new RootCommand("Lets one of three redis targets fail, and clients flood, behind proxify and behind HAProxy; upgrades them, and nginx, in a row; and says what the others noticed.") {
    only, proxy, rounds, proxify };
command.SetAction(async (parsed, cancellation) =>
{
    NetworkNamespace.Enter();
    if (!NetworkNamespace.IsOwn)
    {
        await Console.Error.WriteLineAsync("needs root: a network namespace and a firewall of its own");
        return 2;
    }

    await Target.PrepareFirewallAsync();
    var scenarios = Scenario.All.Where(s => s.Name.Contains(parsed.GetValue(only)!, StringComparison.OrdinalIgnoreCase)).ToList();
    if (scenarios.Count > 0)
    {
        Console.WriteLine("| scenario | proxy | sessions | failed | longest delay, median | worst | back after, median | worst |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var scenario in scenarios)
        {
            foreach (var isProxify in (bool[])[true, false])
            {
                var name = isProxify ? "proxify" : "HAProxy";
                if (!name.Contains(parsed.GetValue(proxy)!, StringComparison.OrdinalIgnoreCase))
                    continue;
                var results = new List<(int Sessions, int Failed, TimeSpan Longest, TimeSpan? Recovery)>();
                for (var round = 0; round < parsed.GetValue(rounds); round++)
                    results.Add(await Run.MeasureAsync(scenario, isProxify, parsed.GetValue(proxify)!.FullName, cancellation));
                var delays = results.Select(r => r.Longest).Order().ToList();
                var recoveries = results.Select(r => r.Recovery ?? TimeSpan.MaxValue).Order().ToList();
                Console.WriteLine(
                    $"| {scenario.Name} | {name} | {results.Sum(r => r.Sessions)} | {results.Sum(r => r.Failed)} "
                    + $"| {Seconds(delays[delays.Count / 2])} | {Seconds(delays[^1])} | {Seconds(recoveries[recoveries.Count / 2])} | {Seconds(recoveries[^1])} |");
            }
        }
    }

    await StormSection.RunAsync(parsed.GetValue(only)!, parsed.GetValue(proxy)!, parsed.GetValue(rounds), parsed.GetValue(proxify)!.FullName, cancellation);
    await IdleSection.RunAsync(parsed.GetValue(only)!, parsed.GetValue(proxy)!, parsed.GetValue(rounds), parsed.GetValue(proxify)!.FullName, cancellation);
    await UpgradeSection.RunAsync(parsed.GetValue(only)!, parsed.GetValue(proxy)!, parsed.GetValue(proxify)!.FullName, cancellation);
    return 0;
});
return await command.Parse(args).InvokeAsync();

static string Seconds(TimeSpan time) => time == TimeSpan.MaxValue ? "not in 25 s" : time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";
