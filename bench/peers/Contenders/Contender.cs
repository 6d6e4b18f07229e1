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

    /// <summary>The command that prints the version on its first line; empty when there is none.</summary>
    public virtual string[] Version => [];

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="target">Where its connections go, on 127.0.0.1.</param>
    /// <param name="certificate">With which it ends TLS; null: it carries bytes as they come.</param>
    /// <param name="workspace">For its config.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BenchException">It cannot be started.</exception>
    public virtual async Task<Relay> StartAsync(int target, Certificate? certificate, Workspace workspace, CancellationToken cancellation)
    {
        var port = Ports.Next();
        var process = ProcessHandle.Start(Program, Arguments(port, target, certificate, workspace));
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

    protected abstract string[] Arguments(int listen, int target, Certificate? certificate, Workspace workspace);
}
