using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Client.Top;

namespace Proxify.Program.Commands;

/// <summary><c>proxify top</c>: what goes on, on a full screen.</summary>
internal sealed class TopCommand : AdminCommand
{
    private const int PlainWidth = 200;

    private readonly Option<double> _interval =
        new("--interval") { Description = "Seconds between two looks: 0.5-60.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };

    public TopCommand()
        : base("top", "Watch apps, targets and sessions live; where standard output is no terminal, show them once.")
    {
        Options.Add(_interval);
        _interval.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && !(double.TryParse(token.Value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.5 and <= 60))
                result.AddError($"--interval: \"{token.Value}\" is no number of seconds; expected 0.5-60");
        });
    }

    protected override async Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        var interval = TimeSpan.FromSeconds(parsed.GetValue(_interval));
        var first = await TopFrame.AskAsync(client, sessions: false, stop);
        if (Console.IsOutputRedirected || Console.IsInputRedirected)
        {
            await Task.Delay(interval, TimeProvider.System, stop);
            var page = new TopPage(await TopFrame.AskAsync(client, sessions: false, stop), first);
            Print(string.Join('\n', page.Lines(new TopView(), PlainWidth, first.Apps.Count + 6).SkipLast(1).Select(TopPage.Plain)));
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // The terminal is given back as it was, however this ends.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var screen = new TopScreen();
        await WatchAsync(client, screen, first, interval, ending.Token);

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ending.Cancel();
        }
    }

    private static async Task WatchAsync(AdminClient client, TopScreen screen, TopFrame first, TimeSpan interval, CancellationToken stop)
    {
        var view = new TopView();
        var keys = ReadKeys();
        TopFrame? before = null;
        var now = first;
        while (!view.IsDone)
        {
            screen.Show(new TopPage(now, before).Lines(view, TopScreen.Width, TopScreen.Height));
            using var due = CancellationTokenSource.CreateLinkedTokenSource(stop);
            due.CancelAfter(interval);
            var kind = view.Kind;
            try
            {
                view.Take(await keys.ReadAsync(due.Token), TopScreen.Height - 6);
                if (view.Confirmed is { } action)
                    view.Tell(await action.ExecuteAsync(client, stop));
                else if (view.Kind == kind || view.Kind != TopKind.Sessions)
                    continue; // what is known, seen otherwise
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                if (view.IsPaused)
                    continue;
                before = now;
            }

            now = await TopFrame.AskAsync(client, view.Kind == TopKind.Sessions, stop);
        }
    }

    /// <summary>Waiting for a key cannot be cancelled: it has a thread of its own, which ends with the process.</summary>
    private static ChannelReader<ConsoleKeyInfo> ReadKeys()
    {
        var keys = Channel.CreateUnbounded<ConsoleKeyInfo>();
        var reading = new Thread(() =>
        {
            try
            {
                while (true)
                    keys.Writer.TryWrite(Console.ReadKey(intercept: true));
            }
            catch (InvalidOperationException)
            {
                // The terminal has gone.
            }
        })
        { IsBackground = true };
        reading.Start();
        return keys.Reader;
    }
}
