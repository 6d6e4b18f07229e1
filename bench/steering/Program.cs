using System.CommandLine;
using Proxify.SteeringBench;

var rounds = new Option<int>("--rounds") { Description = "How often each thing is measured", DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds") { Description = "How long one measurement of the connection rate takes", DefaultValueFactory = _ => 2 };
var only = new Option<string>("--only")
{
    Description = "Sections, separated by commas: start, connections, live, reload, refusals",
    DefaultValueFactory = _ => ""
};
var proxify = new Option<FileInfo>("--proxify") { Description = "The proxify binary", DefaultValueFactory = _ => new FileInfo("./proxify") };
var command = new RootCommand("Measures what steering costs and spares, and prints markdown tables of medians. Needs root.") { rounds, seconds, only, proxify };
command.SetAction(async parsed =>
{
    var options = new Options
    {
        Proxify = parsed.GetValue(proxify)!,
        Rounds = parsed.GetValue(rounds),
        Seconds = parsed.GetValue(seconds),
        Only = parsed.GetValue(only)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    };
    if (!Environment.IsPrivilegedProcess)
    {
        await Console.Error.WriteLineAsync("steering needs root: sudo make bench-steering");
        return 1;
    }

    NetworkNamespace.Enter();
    using var workspace = new Workspace();
    await Machine.DescribeAsync(Console.Out);
    foreach (var (name, run) in new (string, Func<Options, Workspace, Task>)[]
    {
        ("start", StartSection.RunAsync), ("connections", ConnectionSection.RunAsync), ("live", LiveAddSection.RunAsync), ("reload", ReloadSection.RunAsync),
        ("refusals", RefusalSection.RunAsync),
    })
    {
        if (options.Only.Count == 0 || options.Only.Contains(name))
            await run(options, workspace);
    }

    return 0;
});
return await command.Parse(args).InvokeAsync();
