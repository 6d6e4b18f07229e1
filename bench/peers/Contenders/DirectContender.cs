namespace Proxify.Peers.Contenders;

/// <summary>No proxy at all: the limit.</summary>
sealed class DirectContender() : Contender("direct")
{
    public override bool Terminates => false;

    protected override string Program => throw new NotSupportedException();

    public override Task<Relay> StartAsync(int target, Certificate? certificate, Workspace workspace, CancellationToken cancellation) =>
        Task.FromResult(new Relay(target, process: null));

    protected override string[] Arguments(int listen, int target, Certificate? certificate, Workspace workspace) => throw new NotSupportedException();
}
