namespace Proxify.Peers.Contenders;

/// <summary>Any other relay, called as PATH LISTEN_PORT TARGET_PORT.</summary>
sealed class SketchContender(FileInfo binary) : Contender("sketch")
{
    public override bool IsCompared => true;

    protected override string Program => binary.FullName;

    protected override string[] Arguments(int listen, int target, Workspace workspace) => [listen.ToString(), target.ToString()];
}
