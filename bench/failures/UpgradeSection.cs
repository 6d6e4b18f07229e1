using System.Diagnostics;
using System.Globalization;

namespace Proxify.FailuresBench;

/// <summary>
/// Upgrades in a row while clients come, ask once and go, and others stay for fifty upgrades and ask ten times a second: proxify's beside reloads of HAProxy
/// and upgrades of nginx. What the clients notice, and what is left of the processes before.
/// </summary>
static class UpgradeSection
{
    const string Name = "upgrades";
    const int Upgrades = 100;
    const int Staying = 50;
    const int Coming = 4;

    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    static readonly byte[] Question = "PING\r\n"u8.ToArray();

    public static async Task RunAsync(string only, string proxies, string binary, CancellationToken cancellation)
    {
        if (!Name.Contains(only, StringComparison.OrdinalIgnoreCase))
            return;
        Console.WriteLine();
        Console.WriteLine(
            $"| {Upgrades} upgrades | sessions that came | failed | answered, median | worst | sessions that stayed | lost | processes at the end | their memory |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var contender in UpgradeContender.All.Where(c => c.Name.Contains(proxies, StringComparison.OrdinalIgnoreCase)))
            Console.WriteLine(await MeasureAsync(contender, binary, cancellation));
    }

    static async Task<string> MeasureAsync(UpgradeContender contender, string binary, CancellationToken cancellation)
    {
        using var workspace = new Workspace();
        await using var target = new Target(0, Ports.Next());
        await target.StartAsync(cancellation);
        var port = Ports.Next();
        await using var proxy = await contender.StartAsync(port, target.Port, binary, workspace, cancellation);
        using var stop = new CancellationTokenSource();
        var (stayed, lost) = (0, 0);
        var staying = Enumerable.Range(0, Staying).Select(_ => Begin()).ToArray();
        var coming = Enumerable.Range(0, Coming).Select(_ => OnThread(() => Come(port, stop.Token))).ToArray();
        for (var i = 0; i < Upgrades; i++)
        {
            await Task.Delay(Between, cancellation);
            await proxy.UpgradeAsync(cancellation);
            await EndAsync(staying[i % Staying]);
            staying[i % Staying] = Begin();
        }

        await Task.Delay(Between, cancellation);
        var (processes, memory) = proxy.Census();
        await stop.CancelAsync();
        foreach (var one in staying)
            await EndAsync(one);
        var came = (await Task.WhenAll(coming)).SelectMany(static times => times).ToList();
        var answered = came.Where(static time => time < TimeSpan.MaxValue).Order().ToList();
        return $"| {contender.Name} | {came.Count} | {came.Count - answered.Count} | {Milliseconds(answered[answered.Count / 2])} | {Milliseconds(answered[^1])} "
            + $"| {stayed} | {lost} | {processes} | {(memory / 1e6).ToString("0", CultureInfo.InvariantCulture)} MB |";

        (Task<bool> IsLost, CancellationTokenSource Stop) Begin()
        {
            stayed++;
            var its = new CancellationTokenSource();
            return (OnThread(() => Stay(port, its.Token)), its);
        }

        async Task EndAsync((Task<bool> IsLost, CancellationTokenSource Stop) one)
        {
            await one.Stop.CancelAsync();
            if (await one.IsLost)
                lost++;
            one.Stop.Dispose();
        }
    }

    static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    static Task<T> OnThread<T>(Func<T> run) => Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <returns>Whether the session was lost.</returns>
    static bool Stay(int port, CancellationToken stop)
    {
        var fd = RawSocket.Connect(port, patience: 10);
        var isAnswered = fd >= 0;
        while (isAnswered && !stop.WaitHandle.WaitOne(Pace))
            isAnswered = RawSocket.TrySend(fd, Question) && RawSocket.TryReceive(fd);
        if (fd >= 0)
            RawSocket.Close(fd);
        return !isAnswered;
    }

    /// <returns>Of each session the time until it was answered; the longest there is: it was not.</returns>
    static List<TimeSpan> Come(int port, CancellationToken stop)
    {
        var times = new List<TimeSpan>();
        while (!stop.WaitHandle.WaitOne(1))
        {
            var start = Stopwatch.GetTimestamp();
            var fd = RawSocket.Connect(port, patience: 10);
            var isAnswered = fd >= 0 && RawSocket.TrySend(fd, Question) && RawSocket.TryReceive(fd);
            times.Add(isAnswered ? Stopwatch.GetElapsedTime(start) : TimeSpan.MaxValue);
            if (fd >= 0)
                RawSocket.Close(fd);
        }

        return times;
    }
}
