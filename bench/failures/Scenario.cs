namespace Proxify.FailuresBench;

/// <summary>What happens to one of three targets, and how it is over.</summary>
/// <param name="Name">In the table and on the command line.</param>
/// <param name="BreakAsync">The failure begins; runs beside the load until it is cancelled.</param>
/// <param name="MendAsync">The target is as good as before.</param>
/// <param name="Health">proxify's section <c>Health</c>.</param>
/// <param name="Check">HAProxy's lines about checks.</param>
sealed record Scenario(string Name, Func<Target, CancellationToken, Task> BreakAsync, Func<Target, Task> MendAsync, string Health = "{}", string Check = "")
{
    // Longer than clients wait.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    const string Ask = """{ "Send": "PING\r\n", "Expect": "PONG" }""";

    const string AskToo = "option tcp-check\n    tcp-check send PING\\r\\n\n    tcp-check expect string PONG";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("killed, started again 8 s later", (t, _) => t.KillAsync(), t => t.StartAsync(default)),
        new("restarted at once", async (t, _) => await t.KillAsync(), t => t.StartAsync(default)) { Lasts = TimeSpan.FromMilliseconds(200) },
        new("firewalled (packets dropped)", (t, _) => t.FirewallAsync(), _ => Target.AdmitAsync()),
        new("flapping at 5 Hz", FlapAsync, _ => Target.AdmitAsync()),
        new("paused (SIGSTOP), plain checks", (t, _) => Do(t.Pause), t => Do(t.Resume)) { Lasts = Pause },
        new("paused, checks with send/expect", (t, _) => Do(t.Pause), t => Do(t.Resume), Ask, AskToo) { Lasts = Pause },
        new("paused, FirstByte 1 s (HAProxy has none)", (t, _) => Do(t.Pause), t => Do(t.Resume), """{ "FirstByte": "1s" }""") { Lasts = Pause },
        new("paused, FirstByte 1 s and send/expect", (t, _) => Do(t.Pause), t => Do(t.Resume),
            """{ "FirstByte": "1s", "Send": "PING\r\n", "Expect": "PONG" }""", AskToo) { Lasts = Pause },
    ];

    /// <summary>How long the failure lasts.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(8);

    static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    static async Task FlapAsync(Target target, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var refuses = true; !stop.IsCancellationRequested; refuses = !refuses)
        {
            await (refuses ? target.RefuseAsync() : Target.AdmitAsync());
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
