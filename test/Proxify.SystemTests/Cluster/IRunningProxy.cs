namespace Proxify.SystemTests.Cluster;

internal interface IRunningProxy
{
    /// <summary>As a new version of it is put into service: sessions and ports go on.</summary>
    Task UpgradeAsync();

    /// <summary>It takes nobody any more; its sessions have three seconds. Returns when it has ended.</summary>
    Task StopAsync();

    /// <summary>All of its processes, with no time for a word.</summary>
    Task KillAsync();
}
