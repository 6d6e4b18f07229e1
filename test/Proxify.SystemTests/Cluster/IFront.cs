using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>How clients come to several machines at one address.</summary>
internal interface IFront
{
    string Name { get; }

    IPAddress Service { get; }

    /// <summary>What is needed besides the proxies.</summary>
    Task StartAsync(Site site);

    /// <summary>What a machine needs before its proxy starts.</summary>
    Task PrepareAsync(Machine proxy);

    /// <summary>A machine whose proxy serves: returns when clients may come to it.</summary>
    Task AddAsync(Machine proxy);

    /// <summary>Returns when no new client comes to it, as far as the network can say so.</summary>
    Task WithdrawAsync(Machine proxy);

    /// <summary>What the service manager does when the proxy has ended.</summary>
    Task OnEndedAsync(Machine proxy);
}
