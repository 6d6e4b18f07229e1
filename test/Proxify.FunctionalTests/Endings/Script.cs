namespace Proxify.FunctionalTests.Endings;

/// <summary>A session to play: made from nothing but a seed and an index, so that it can be played again.</summary>
internal sealed record Script(int Seed, int Index, PeerScript Client, PeerScript Target)
{
    private const int SmallBuffers = 8 * 1024;

    public static Script Generate(int seed, int index)
    {
        var random = new Random(HashCode(seed, index));
        var (client, target) = random.Next(20) switch
        {
            < 5 => (Ending.Orderly, Ending.Orderly),
            < 10 => (Abrupt(random), Witness(random)),
            < 15 => (Witness(random), Abrupt(random)),
            _ => (Abrupt(random), Abrupt(random)),
        };
        // Somebody who only waits needs somebody who resets for certain.
        if (client == Ending.Hold)
            target = Ending.Reset;
        else if (target == Ending.Hold)
            client = Ending.Reset;
        return new Script(seed, index, Peer(random, client), Peer(random, target));
    }

    public override string ToString() => $"seed {Seed} index {Index}\n  client {Client}\n  target {Target}";

    private static Ending Abrupt(Random random) => random.Next(3) > 0 ? Ending.Reset : Ending.Close;

    private static Ending Witness(Random random) => random.Next(4) > 0 ? Ending.Orderly : Ending.Hold;

    private static PeerScript Peer(Random random, Ending ending)
    {
        var isAbrupt = ending is Ending.Reset or Ending.Close;
        var steps = new List<Step>();
        var stopsAt = long.MaxValue;
        if (!isAbrupt || random.Next(10) > 0) // else at once, before it was accepted perhaps
        {
            AddTraffic(random, steps, random.Next(5));
            if (ending == Ending.Orderly && random.Next(3) == 0)
            {
                steps.Add(new(StepKind.AwaitEnd));
                AddTraffic(random, steps, random.Next(3)); // the other direction goes on after a half-close
            }
            else if (isAbrupt)
            {
                if (random.Next(4) == 0)
                    steps.Add(new(StepKind.Fin));
                if (random.Next(3) == 0)
                    stopsAt = random.Next(3) == 0 ? 0 : Size(random);
                AddTrigger(random, steps);
            }
        }

        return new PeerScript
        {
            Steps = steps,
            Ending = ending,
            ReadChunk = random.Next(4) switch { 0 => random.Next(1, 100), 1 => 1_000, 2 => 16 * 1024, _ => 64 * 1024 },
            StallsAt = [.. Enumerable.Range(0, Math.Max(0, random.Next(5) - 2)).Select(_ => random.Next(3) == 0 ? 0L : Size(random)).Order()],
            StallFor = random.Next(3) switch { 0 => 200, 1 => 10, _ => 0 },
            StopsAt = stopsAt,
            Buffers = random.Next(2) == 0 ? SmallBuffers : 0,
        };
    }

    private static void AddTraffic(Random random, List<Step> steps, int count)
    {
        var urgent = random.Next(4) == 0;
        for (; count > 0; count--)
        {
            var size = Size(random);
            steps.Add(new(StepKind.Send, size, random.Next(3) == 0 ? Math.Max(1, size / random.Next(1, 50)) : size));
            if (urgent && random.Next(2) == 0)
                steps.Add(new(StepKind.Urgent));
            if (random.Next(4) == 0)
                steps.Add(new(random.Next(3) == 0 ? StepKind.AwaitOther : StepKind.AwaitDelivery));
        }
    }

    /// <summary>The moment of an abrupt end.</summary>
    private static void AddTrigger(Random random, List<Step> steps)
    {
        var hasFin = steps.Count > 0 && steps[^1].Kind == StepKind.Fin;
        switch (random.Next(7))
        {
            case 0:
                steps.Add(new(StepKind.AwaitDelivery));
                break;
            case 1:
                steps.Add(new(StepKind.AwaitAcknowledged));
                break;
            case 2:
                steps.Add(new(StepKind.AwaitInput));
                break;
            case 3:
                steps.Add(new(StepKind.AwaitEnd));
                break;
            case 4:
                steps.Add(new(StepKind.AwaitOther));
                break;
            case 5 when !hasFin:
                steps.Add(new(StepKind.SendUntilBlocked, 8 << 20, 64 * 1024));
                break;
            default:
                break;
        }
    }

    /// <summary>1 B to 4 MiB, small ones more often.</summary>
    private static int Size(Random random)
    {
        var bits = random.Next(random.Next(12) switch { 0 => 23, < 4 => 19, _ => 15 });
        return random.Next(1 << Math.Max(0, bits - 1), (1 << bits) + 1);
    }

    private static int HashCode(int seed, int index) => unchecked((seed * 486_187_739) ^ (index * 16_777_619) ^ ((index * 16_777_619) >>> 15));
}
