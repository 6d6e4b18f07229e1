namespace Proxify.SystemTests.Upgrade;

/// <summary>A process and those that have taken its place one after the other, all of which write to the first one's log. None outlives the test.</summary>
internal sealed class Family(ProxifyProcess first) : IAsyncDisposable
{
    private int _serving = first.Process.Pid;

    /// <summary>Of the process that serves now.</summary>
    public int Serving => _serving;

    /// <summary>What the process that serves has open.</summary>
    public int Descriptors => Directory.EnumerateFileSystemEntries($"/proc/{_serving}/fd").Count();

    /// <summary>Asks the process that serves to be followed, and waits for who does.</summary>
    /// <returns>What the log says of it.</returns>
    public async Task<LogEvent> HandOverAsync()
    {
        var start = first.LogPosition;
        Assert.Equal(0, Posix.Kill(_serving, Posix.SigUser2));
        var handedOver = await first.WaitForEventAsync("HandedOver", start);
        _serving = (int)handedOver.Number("successor");
        return handedOver;
    }

    /// <summary>The same, and waits for the end of the one before.</summary>
    /// <inheritdoc cref="HandOverAsync"/>
    public async Task<LogEvent> UpgradeAsync()
    {
        var before = _serving;
        var handedOver = await HandOverAsync();
        await Patience.Eventually(() => HasEnded(before), what: $"the end of {before}");
        return handedOver;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var successor in first.Events.Where(static e => e.Event == "HandedOver").Select(static e => (int)e.Number("successor")).ToList())
        {
            _ = Posix.Kill(successor, Posix.SigKill);
            await Patience.Eventually(() => HasEnded(successor));
        }
    }

    /// <summary>What is left may be a zombie: whose child it is may not ask for it.</summary>
    public static bool HasEnded(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");
        }
        catch (IOException)
        {
            return true;
        }
    }
}
