using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>No proxy at all: the limit.</summary>
sealed class DirectContender() : Contender("direct")
{
    public override bool Terminates => false;

    protected override string Program => throw new NotSupportedException();

    public override Task<Relay> StartAsync(IWork work, Workspace workspace, CancellationToken cancellation) =>
        Task.FromResult(new Relay(work.Target, process: null));

    protected override string[] Arguments(int listen, IWork work, Workspace workspace) => throw new NotSupportedException();
}
