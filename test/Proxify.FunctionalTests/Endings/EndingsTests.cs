using Proxify.FunctionalTests.Harness;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.FunctionalTests.Endings;

/// <summary>
/// Random endings of both sides (FIN, half-close, RST with and without data in flight, closing with bytes unread, urgent data, stalls), many sessions at once,
/// against <see cref="EndingsModel"/>. Alone, because it counts the process's sockets and wants the machine.
/// </summary>
[Collection(nameof(EndingsTests))]
[CollectionDefinition(nameof(EndingsTests), DisableParallelization = true)]
public sealed class EndingsTests(ITestOutputHelper output)
{
    private const int Lanes = 200;

    /// <summary>How many sessions; PROXIFY_ENDINGS sets another number, `make endings` 100,000.</summary>
    private static readonly int Count = Setting("PROXIFY_ENDINGS") ?? 2_000;

    /// <summary>
    /// Where the scripts begin: PROXIFY_ENDINGS_SEED and PROXIFY_ENDINGS_INDEX play what a failure has named again, as often as PROXIFY_ENDINGS says.
    /// </summary>
    private static readonly int Seed = Setting("PROXIFY_ENDINGS_SEED") ?? Random.Shared.Next();

    private static readonly int? OnlyIndex = Setting("PROXIFY_ENDINGS_INDEX");

    private static readonly UringOptions Tiny =
        new() { SubmissionEntries = 4, CompletionEntries = 8, Buffers = 16, BufferSize = 1024, Pipes = 2, PipeSize = 4096 };

    private readonly long _abortedBefore = TcpMemory.Aborted();

    [Theory, EveryTransport]
    public async Task Endings_are_as_the_model_says_and_leave_nothing_behind(string transport) =>
        await RunAsync(EveryTransportAttribute.Find(transport).Create(TimeProvider.System), Scripts(Count));

    [Theory, EveryTransport]
    public async Task Endings_that_were_wrong_before_are_right(string transport) =>
        await RunAsync(
            EveryTransportAttribute.Find(transport).Create(TimeProvider.System),
            Enumerable.Repeat(KnownScripts.All, 100).SelectMany(static all => all)
                .Select(static (known, i) => new Script(Seed: 0, i, known.Client, known.Target)));

    /// <summary>Rings that overflow, buffers and pipes that run out, memory at its limit; and only what every supported kernel has.</summary>
    [Theory, InlineData("tiny"), InlineData("on an old kernel")]
    public async Task Endings_through_a_cramped_uring_are_as_the_model_says(string sizes)
    {
        var options = sizes == "tiny" ? Tiny : new UringOptions { UseNewest = false };
        await RunAsync(new UringTransport(TimeProvider.System, options), Scripts(Count / 4));
    }

    [Theory, EveryTransport]
    public async Task Endings_of_relays_that_are_interrupted_all_the_time_are_as_the_model_says(string transport) =>
        await RunAsync(EveryTransportAttribute.Find(transport).Create(TimeProvider.System), Scripts(Count / 3), interrupts: true);

    [Fact]
    public async Task Endings_of_interrupted_relays_through_a_cramped_uring_are_as_the_model_says() =>
        await RunAsync(new UringTransport(TimeProvider.System, Tiny), Scripts(Count / 3), interrupts: true);

    [Fact]
    public async Task Endings_of_direct_connections_are_as_the_model_says()
    {
        using var playground = Playground.Create(Lanes, entrances: null);

        await playground.PlayAsync(Scripts(Count), proxy: null);

        Expect(playground.Failures);
    }

    private async Task RunAsync(ITransport transport, IEnumerable<Script> scripts, bool interrupts = false)
    {
        var before = OwnDescriptors.CountSockets();
        var entrances = EndingsProxy.ChooseEntrances(Lanes);
        using (var playground = Playground.Create(Lanes, entrances))
        await using (var proxy = await EndingsProxy.StartAsync(transport, entrances, playground.Targets))
        {
            using var stop = new CancellationTokenSource();
            var interrupting = interrupts ? proxy.InterruptAsync(stop.Token) : Task.CompletedTask;
            await playground.PlayAsync(scripts, proxy);
            await stop.CancelAsync();
            await interrupting;

            Expect(playground.Failures);
            await proxy.ExpectNothingHeldAsync(Lanes);
            Assert.Empty(proxy.Errors);
            Assert.Empty(proxy.Records);
        }

        await Patience.Eventually(() => OwnDescriptors.CountSockets() <= before);
    }

    private static IEnumerable<Script> Scripts(int count) => Enumerable.Range(0, count).Select(static i => Script.Generate(Seed, OnlyIndex ?? i));

    private void Expect(List<string> failures)
    {
        output.WriteLine($"seed {Seed}");
        if (failures.Count > 0 && TcpMemory.Aborted() - _abortedBefore is var aborted and > 0)
            failures.Insert(0, $"The kernel has ended {aborted} connections because this machine's memory for TCP was full (tcp_mem), whoever has filled it: what follows may be its doing.");
        Assert.True(failures.Count == 0, $"Sessions from seed {Seed} differ from the model:\n\n{string.Join("\n\n", failures)}");
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : null;
}
