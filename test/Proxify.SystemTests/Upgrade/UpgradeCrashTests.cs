using System.Globalization;

namespace Proxify.SystemTests.Upgrade;

/// <summary>One of the two processes is killed at some point of an upgrade: never worse than when it is killed at any other time.</summary>
[Collection(nameof(Heavy))]
public sealed class UpgradeCrashTests(ITestOutputHelper output)
{
    private const int Kills = 6;

    /// <summary>About as long as an upgrade takes.</summary>
    private const int LongestDelay = 150;

    private readonly Random _random = Seed(output);

    [Fact]
    public async Task New_process_that_is_killed_before_it_serves_leaves_the_old_one_serving()
    {
        await using var lab = await Lab.CreateAsync();
        var (survived, port, echo) = (0, lab.Port(), await lab.StartEchoAsync());
        for (var i = 0; i < Kills; i++)
        {
            var program = new ReplacedProgram(lab, $"{i}");
            var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]), new() { Binary = program.Path });
            await using var family = new Family(proxy);
            using var client = await lab.ConnectAsync(port, incoming: Payload.FromClient);
            await EchoAsync(client);
            program.BeScript($"(sleep {Delay()}; kill -9 $$) & exec $program \"$@\"");

            proxy.Signal(Posix.SigUser2);
            await Patience.Eventually(() => proxy.Events.Any(static e => e.Event is "UpgradeFailed" or "HandedOver"));

            if (proxy.Events.Any(static e => e.Event == "UpgradeFailed"))
            {
                survived++;
                await EchoAsync(client);
                await lab.EchoesAsync(port);
                program.Replace();
                await family.UpgradeAsync();
                await EchoAsync(client);
                await lab.EchoesAsync(port);
            }
            else
            {
                await proxy.ExitAsync();
            }
        }

        output.WriteLine($"{survived} of {Kills} before it served");
    }

    [Fact]
    public async Task Old_process_that_is_killed_leaves_the_new_one_serving_or_none()
    {
        await using var lab = await Lab.CreateAsync();
        var (served, port, echo) = (0, lab.Port(), await lab.StartEchoAsync());
        for (var i = 0; i < Kills; i++)
        {
            var program = new ReplacedProgram(lab, $"{i}");
            var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]), new() { Binary = program.Path });
            program.BeScript($"(sleep {Delay()}; kill -9 $PPID) & exec $program \"$@\"");

            proxy.Signal(Posix.SigUser2);
            await Patience.Eventually(() => proxy.Process.HasExited);

            var successor = int.Parse(File.ReadAllText(program.PidFile), CultureInfo.InvariantCulture);
            await Patience.Eventually(() => Family.HasEnded(successor) || proxy.Events.Count(static e => e.Event == "Started") == 2);
            if (Family.HasEnded(successor))
                continue;
            served++;
            await lab.EchoesAsync(port);
            Assert.Equal(0, Posix.Kill(successor, Posix.SigKill));
            await Patience.Eventually(() => Family.HasEnded(successor));
        }

        output.WriteLine($"the new one served after {served} of {Kills}");
    }

    private static Random Seed(ITestOutputHelper output)
    {
        var given = Environment.GetEnvironmentVariable("PROXIFY_SEED");
        var seed = given is { Length: > 0 } ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"PROXIFY_SEED={seed}");
        return new Random(seed);
    }

    private static async Task EchoAsync(Peer client)
    {
        await client.SendAsync(1);
        await client.ReceiveAsync(1);
    }

    private string Delay() => (_random.Next(LongestDelay) / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
}
