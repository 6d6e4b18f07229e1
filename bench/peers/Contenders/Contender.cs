using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>Something that carries connections from a port to a target.</summary>
abstract class Contender(string name)
{
    public string Name => name;

    /// <summary>One of the proxies that ours is measured against.</summary>
    public virtual bool IsPeer => false;

    /// <summary>Gets a ratio to the better peer in the table.</summary>
    public virtual bool IsCompared => false;

    /// <summary>It can end TLS.</summary>
    public virtual bool Terminates => true;

    /// <summary>It knows requests, and sends those of many clients over a few connections to the target.</summary>
    public virtual bool SharesConnections => false;

    /// <summary>It can do that work, and has something to say about it.</summary>
    public virtual bool Suits(IWork work) => Terminates || !work.IsTls;

    /// <summary>The command that prints the version on its first line; empty when there is none.</summary>
    public virtual string[] Version => [];

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="work">What it is to do, and for which target.</param>
    /// <param name="workspace">For its config.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BenchException">It cannot be started.</exception>
    public virtual async Task<Relay> StartAsync(IWork work, Workspace workspace, CancellationToken cancellation)
    {
        var port = Ports.Next();
        var process = ProcessHandle.Start(Program, Arguments(port, work, workspace));
        try
        {
            await Ports.WaitForListenerAsync(port, process, cancellation);
            return new Relay(port, process, SharesConnections);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    protected abstract string Program { get; }

    protected abstract string[] Arguments(int listen, IWork work, Workspace workspace);
}
