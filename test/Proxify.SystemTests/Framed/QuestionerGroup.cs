namespace Proxify.SystemTests.Framed;

/// <summary>Many of them at once.</summary>
internal sealed class QuestionerGroup : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _running;

    public QuestionerGroup(Lab lab, int port, int count, int inFlight, bool onlyReads = false)
    {
        All = [.. Enumerable.Range(0, count).Select(i => new Questioner(lab, port, i, inFlight, onlyReads))];
        _running = [.. All.Select(one => Task.Run(() => one.RunAsync(_stop.Token)))];
    }

    public IReadOnlyList<Questioner> All { get; }

    /// <summary>Waits until each has got that many answers more.</summary>
    public async Task AdvanceAsync(int answers)
    {
        var before = All.Select(static one => one.Answered).ToArray();
        await Patience.Eventually(
            () => Array.Exists(_running, static one => one.IsFaulted) || All.Select((one, i) => one.Answered - before[i]).All(more => more >= answers),
            what: $"{answers} more answers for everybody");
        foreach (var failed in _running.Where(static one => one.IsFaulted))
            await failed;
    }

    /// <summary>Lets each get what it has asked for.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).Within(2 * Patience.Limit);
    }

    /// <summary>What was counted by the servers is what was answered, or besides it some of what was not: nothing twice, and nothing lost.</summary>
    public async Task ExpectCountsAsync(params RedisServer[] servers)
    {
        foreach (var one in All)
        {
            var counted = 0;
            foreach (var server in servers)
            {
                var reply = await server.Control.AskAsync("GET", one.Counter);
                counted += reply == "$-1\r\n" ? 0 : int.Parse(reply.Split("\r\n")[1]);
            }

            Assert.InRange(counted, one.Counted, one.Counted + one.Unsure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Record.ExceptionAsync(() => Task.WhenAll(_running));
        _stop.Dispose();
    }
}
