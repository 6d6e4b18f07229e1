using System.Runtime.InteropServices;

namespace Proxify.Transport;

/// <summary>A listening TCP socket. Disposing it stops accepting; connections accepted before live on.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>What is bound, with the port that the kernel chose where 0 was asked for.</summary>
    TcpEndpoint Endpoint { get; }

    /// <summary>The listening socket, for those who hand it to the kernel; of a group that shares the endpoint (SO_REUSEPORT), any one. Owned by the listener.</summary>
    SafeHandle Handle { get; }
}
