namespace Proxify.Peers.Contenders;

/// <summary>Something that carries connections from a port to a target.</summary>
abstract class Contender(string name)
{
    public string Name => name;

    /// <summary>One of the proxies that ours is measured against.</summary>
    public virtual bool IsPeer => false;

    /// <summary>Gets a ratio to the better peer in the table.</summary>
    public virtual bool IsCompared => false;

    /// <summary>The command that prints the version on its first line; empty when there is none.</summary>
    public virtual string[] Version => [];

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <exception cref="BenchException">It cannot be started.</exception>
    public virtual async Task<Relay> StartAsync(int target, Workspace workspace, CancellationToken cancellation)
    {
        var port = Ports.Next();
        var process = ProcessHandle.Start(Program, Arguments(port, target, workspace));
        try
        {
            await Ports.WaitForListenerAsync(port, process, cancellation);
            return new Relay(port, process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    protected abstract string Program { get; }

    protected abstract string[] Arguments(int listen, int target, Workspace workspace);
}
