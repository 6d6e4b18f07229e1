using System.CommandLine;
using Proxify.Peers;
using Proxify.Peers.Targets;

if (args is [FrameServer.Name, var port])
    FrameServer.Run(int.Parse(port));

var rounds = new Option<int>("--rounds") { Description = "How often each contender does each work", DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds") { Description = "How long one measurement takes, about", DefaultValueFactory = _ => 4 };
var connections = new Option<int>("--connections")
{
    Description = "Connections at once, where the work does not name a number",
    DefaultValueFactory = _ => 50
};
var only = new Option<string>("--only")
{
    Description = $"Works, separated by commas, or what the names of several begin with, such as framed: {string.Join(", ", Catalogue.WorkNames)}",
    DefaultValueFactory = _ => ""
};
var proxies = new Option<string>("--proxies")
{
    Description = $"Contenders, separated by commas: {Catalogue.ContenderNames}; without it those that a work is meant for",
    DefaultValueFactory = _ => "",
};
var proxify = new Option<FileInfo>("--proxify") { Description = "The proxify binary", DefaultValueFactory = _ => new FileInfo("./proxify") };
var sketch = new Option<FileInfo?>("--sketch") { Description = "Another relay to compare with, called as PATH LISTEN_PORT TARGET_PORT" };
foreach (var number in new[] { rounds, seconds, connections })
    number.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var value) || value < 1))
            result.AddError($"{number.Name}: expected a whole number of at least 1.");
    });

var command = new RootCommand("Runs proxify and its peers in turn on the same work and prints a table of medians.")
{
    rounds, seconds, connections, only, proxies, proxify, sketch,
};
command.SetAction(async (parsed, cancellation) =>
{
    var options = new Options
    {
        Rounds = parsed.GetValue(rounds),
        Seconds = parsed.GetValue(seconds),
        Connections = parsed.GetValue(connections),
        Only = Names(parsed.GetValue(only)),
        Proxies = Names(parsed.GetValue(proxies)),
        Proxify = parsed.GetValue(proxify)!,
        Sketch = parsed.GetValue(sketch),
    };
    try
    {
        var matches = Catalogue.Matches(options);
        NetworkNamespace.Enter();
        return await Bench.RunAsync(options, matches, cancellation) ? 0 : 1;
    }
    catch (UsageException wrong)
    {
        await Console.Error.WriteLineAsync(wrong.Message);
        return 2;
    }
    catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("interrupted");
        return 130;
    }
});

var result = command.Parse(args);
if (result.Errors.Count > 0)
{
    foreach (var error in result.Errors)
        await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

// Ctrl-C cancels; everything started is ended on the way out, which takes a moment with thousands of sessions.
return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });

static string[] Names(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
