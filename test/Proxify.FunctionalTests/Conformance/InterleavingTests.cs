using CsCheck;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Whatever the order of sends, pauses and FINs on both sides, both streams arrive byte-exact and the session ends in order.</summary>
public sealed class InterleavingTests
{
    private const int Sessions = 300;

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (6, Gen.Select(Gen.Bool, Sizes(), static (byClient, size) => new Step(StepKind.Send, byClient, size))),
        (2, Gen.Bool.Select(static byClient => new Step(StepKind.AwaitDelivery, byClient, 0))),
        (1, Gen.Bool.Select(static byClient => new Step(StepKind.StopReading, byClient, 0))),
        (1, Gen.Bool.Select(static byClient => new Step(StepKind.Fin, byClient, 0))));

    private static readonly Gen<(Step[] Steps, int ClientReads, int TargetReads)> Scripts = Gen.Select(Steps.Array[0, 12], Sizes(), Sizes());

    internal enum StepKind
    {
        /// <summary>Hands <see cref="Step.Size"/> bytes to the side's sender, without waiting.</summary>
        Send,

        /// <summary>Waits until the other side has received what this side has been given to send.</summary>
        AwaitDelivery,

        /// <summary>The side stops reading until somebody awaits delivery to it, or the script ends.</summary>
        StopReading,

        /// <summary>FIN behind everything given; later sends of the side are skipped.</summary>
        Fin,
    }

    [Theory, EveryRelay]
    public async Task Relay_any_interleaving_delivers_both_streams_exactly(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var opening = new SemaphoreSlim(1);

        await Scripts.SampleAsync(async script =>
        {
            await opening.WaitAsync();
            using var session = await OpenAsync();
            using var client = new Side(session.Client, script.ClientReads);
            using var target = new Side(session.Target, script.TargetReads);

            foreach (var step in script.Steps)
                await RunAsync(step, step.ByClient ? client : target, step.ByClient ? target : client);
            await Task.WhenAll(client.FinishAsync(), target.FinishAsync());

            Assert.Equal(client.Given, session.Target.Received);
            Assert.Equal(target.Given, session.Client.Received);
            Assert.Equal(RelayEnd.Done, await session.End);
            Assert.Equal(client.Given, session.ClientConnection.BytesReceived);
            Assert.Equal(target.Given, session.TargetConnection.BytesReceived);

            async Task<RelaySession> OpenAsync()
            {
                try
                {
                    return await host.OpenAsync();
                }
                finally
                {
                    opening.Release();
                }
            }
        }, iter: RelayKind.Find(relay).HasTls ? Sessions / 5 : Sessions);
    }

    private static async Task RunAsync(Step step, Side side, Side other)
    {
        switch (step.Kind)
        {
            case StepKind.Send:
                side.Send(step.Size);
                break;
            case StepKind.AwaitDelivery:
                other.Read();
                await other.ReceivedAsync(side.Given);
                break;
            case StepKind.StopReading:
                side.StopReading();
                break;
            case StepKind.Fin:
                side.Fin();
                break;
        }
    }

    /// <summary>1 B to 1 MiB, small ones more often.</summary>
    private static Gen<int> Sizes() => Gen.Int[0, 20].SelectMany(static bits => Gen.Int[1 << Math.Max(0, bits - 1), 1 << bits]);

    internal sealed record Step(StepKind Kind, bool ByClient, int Size);
}
