using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CsCheck;
using Proxify.SystemTests.Admin.Chaos;

namespace Proxify.SystemTests.Admin;

/// <summary>
/// The admin API at random beside load, reloads and deaths of targets: no session ends that nothing has asked for. Longer: <c>PROXIFY_CHAOS=10</c> (minutes);
/// as before: <c>PROXIFY_SEED</c>.
/// </summary>
[Collection(nameof(Heavy))]
public sealed class AdminChaosTests(ITestOutputHelper output)
{
    private const int Calls = 400;
    private const int Callers = 4;
    private const int ClientsPerApp = 3;
    private const long MostGrowth = 64 << 20;

    private static readonly TimeSpan? Length =
        double.TryParse(Environment.GetEnvironmentVariable("PROXIFY_CHAOS"), CultureInfo.InvariantCulture, out var minutes)
            ? TimeSpan.FromMinutes(minutes) : null;

    private readonly Journal _journal = new();

    [Fact]
    public async Task Random_calls_beside_load_cost_no_session_that_they_do_not_ask_for()
    {
        var seed = Environment.GetEnvironmentVariable("PROXIFY_SEED") is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"PROXIFY_SEED={seed}");
        await using var lab = await ChaosLab.CreateAsync();
        using var http = lab.Http();
        var operations = await OperationsAsync(http);
        var callers = Enumerable.Range(0, Callers).Select(i => new ChaosCaller(lab, http, _journal, operations, new PCG((uint)i, seed))).ToArray();
        var clients = lab.Ports.SelectMany(app => Enumerable.Range(0, ClientsPerApp).Select(i =>
            new ChaosClient(lab.Lab, app.Key, app.Value, new PCG((uint)(100 + app.Value + i), seed)))).ToArray();
        var sockets = lab.Proxify.Sockets;
        using var over = new CancellationTokenSource();
        var load = clients.Select(client => Task.Run(() => client.RunAsync(over.Token))).ToArray();

        var memory = await DisturbAsync(lab, callers, [.. clients.Where(static client => client.App == ChaosLab.Untouched)], new PCG(1000, seed));

        await over.CancelAsync();
        await Task.WhenAll(load).Within();
        await lab.UndoAsync(http);
        foreach (var port in lab.Ports.Values)
            await lab.Lab.EchoesAsync(port);
        http.Dispose();
        await Patience.Eventually(() => lab.Proxify.Sockets <= sockets);
        output.WriteLine($"resident: {memory >> 20} MiB halfway, {lab.Proxify.ResidentBytes >> 20} MiB at the end");
        Assert.InRange(lab.Proxify.ResidentBytes - memory, long.MinValue, MostGrowth);
        lab.Proxify.Signal(Posix.SigTerm);
        Assert.Equal(0, await lab.Proxify.ExitAsync()); // with the last record
        Prove(lab, clients, callers);
    }

    /// <returns>Resident memory halfway.</returns>
    private async Task<long> DisturbAsync(ChaosLab lab, ChaosCaller[] callers, ChaosClient[] untouched, PCG random)
    {
        var (began, memory) = (Stopwatch.GetTimestamp(), 0L);
        for (var round = 0; !IsPast(round, 1); round++)
        {
            await Task.WhenAll(callers.Select(static caller => caller.CallAsync())).Within();
            var (app, index) = (ChaosLab.AppOf((int)random.Next(2)), (int)random.Next(3));
            await (random.Next(8) switch
            {
                0 or 1 => lab.KillAsync(_journal, app, index, ProgressAsync),
                2 or 3 => lab.ReloadAsync(_journal, random),
                4 => lab.SpoilAsync(),
                _ => Task.CompletedTask,
            });
            await ProgressAsync();
            if (memory == 0 && IsPast(round, 2))
                memory = lab.Proxify.ResidentBytes;
        }

        return memory;

        bool IsPast(int round, int part) => Length is { } length ? Stopwatch.GetElapsedTime(began) >= length / part : round >= Calls / Callers / part;

        // What nobody touches goes on, and says how fast this machine is at the moment.
        async Task ProgressAsync()
        {
            var now = untouched.Sum(static client => client.Outcomes.Count);
            await Patience.Eventually(() => untouched.Sum(static client => client.Outcomes.Count) >= now + 2);
        }
    }

    private void Prove(ChaosLab lab, ChaosClient[] clients, ChaosCaller[] callers)
    {
        var answers = callers.SelectMany(static caller => caller.Answers).ToArray();
        Assert.DoesNotContain(answers, static answer => answer.Status >= 500);
        Assert.DoesNotContain(lab.Proxify.Events, static e => e.Event is "AdminRequestFailed" or "SessionFailed" or "ReloadFailed");
        var lost = lab.Proxify.Events.Where(static e => e.Event == "LinesDropped").Sum(static e => e.Number("lines"));
        var records = lab.Proxify.Sessions.ToLookup(static record => (record.App, record.Text("client")));
        var (whole, ended, refused) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal), 0);
        foreach (var client in clients)
        {
            foreach (var outcome in client.Outcomes)
            {
                var record = records[(client.App, outcome.Client)].FirstOrDefault(record => outcome.IsOf(record.Time));
                if (record is null)
                {
                    // A log that is not taken fast enough loses lines, and says how many.
                    Assert.True(ExplainsNoRecord(client.App, outcome) || lost-- > 0, $"nothing tells of {client.App} {outcome}");
                    refused++;
                    continue;
                }

                var (reason, target) = (record.Reason!, record.Text("target"));
                ended[reason] = ended.GetValueOrDefault(reason) + 1;
                if (!outcome.IsWhole)
                    Assert.True(_journal.Explains(reason, client.App, target, outcome.From, outcome.Until), $"nothing explains {outcome}: {record}");
                else
                    Assert.Equal(("done", outcome.Sent, outcome.Sent), (reason, (long)record.Number("from_client"), (long)record.Number("from_target")));
                whole += outcome.IsWhole ? 1 : 0;
            }
        }

        var statuses = answers.GroupBy(static a => a.Status).OrderBy(static g => g.Key).Select(static g => $"{g.Key} x {g.Count()}");
        output.WriteLine($"{answers.Length} calls: {string.Join(", ", statuses)}");
        output.WriteLine($"deeds: {string.Join(", ", Enum.GetValues<DeedKind>().Select(kind => $"{kind} x {_journal.Count(kind)}"))}");
        output.WriteLine($"{whole} whole sessions, {refused} refused; ended: {string.Join(", ", ended.Select(static e => $"{e.Key} x {e.Value}"))}");
        Assert.All(clients.Where(static c => c.App == ChaosLab.Untouched), static c => Assert.All(c.Outcomes, static o => Assert.True(o.IsWhole, $"{o}")));
        Assert.All(Enum.GetValues<DeedKind>(), kind => Assert.InRange(_journal.Count(kind), 1, int.MaxValue));
    }

    /// <summary>It was not let in, or it is not known which of those it was that no target was reached for.</summary>
    private bool ExplainsNoRecord(string app, ChaosClient.Outcome outcome) => !outcome.IsWhole && (_journal.Happened(DeedKind.Pause, app, outcome.Until)
        || (outcome.Client.Length == 0 && outcome.Error is SocketError.ConnectionReset or SocketError.NotConnected
            && _journal.Explains("connect_failed", app, null, outcome.From, outcome.Until)));

    private static async Task<(string, string)[]> OperationsAsync(HttpClient http)
    {
        var paths = (await http.GetFromJsonAsync<JsonObject>("/v1/openapi.json"))!["paths"]!.AsObject();
        // With an upgrade the process ends that the test looks at.
        return [.. paths.Where(static path => path.Key != "/v1/upgrade")
            .SelectMany(static path => path.Value!.AsObject().Select(method => (method.Key.ToUpperInvariant(), path.Key)))];
    }
}
