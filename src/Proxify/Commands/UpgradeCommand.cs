using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify upgrade</c>: as SIGUSR2, but says what has come of it.</summary>
internal sealed class UpgradeCommand()
    : AdminCommand("upgrade", "Have the program, as it is on the disk now, take the running one's place with its sessions, and say what has come of it.")
{
    /// <summary>The new process answers a moment later than it serves. One that answers nobody is no reason to wait for longer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        var text = await client.SendAsync(HttpMethod.Post, "/v1/upgrade", null, stop);
        var answer = JsonSerializer.Deserialize(text, AdminJson.Api.UpgradeView)!;
        if (answer.Successor is not { } successor)
            throw new AdminClientException($"nothing has changed: {answer.Problem}");
        await AwaitAnswerAsync(client, successor, stop);
        Print(IsJson(parsed) ? text : Describe(answer));
    }

    private static string Describe(UpgradeView answer) =>
        $"process {answer.Successor} serves now, with {Telemetry.Count.Of(answer.Taken, "session")}"
        + (answer.Left > 0 ? $"; left to the one before, until they end or as Drain says: {answer.Left}" : "");

    private static async Task AwaitAnswerAsync(AdminClient client, int successor, CancellationToken stop)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < LongestWait; await Task.Delay(Pause, stop))
        {
            try
            {
                if ((await client.GetAsync("/v1/status", AdminJson.Api.StatusView, stop)).Pid == successor)
                    return;
            }
            catch (AdminClientException)
            {
                // Nobody listens just now.
            }
        }
    }
}
