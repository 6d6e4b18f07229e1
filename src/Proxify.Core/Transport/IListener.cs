using System.Runtime.InteropServices;

namespace Proxify.Transport;

/// <summary>A TCP socket that is bound, and from <see cref="Listen"/> on listens. Disposing it stops accepting; connections accepted before live on.</summary>
internal interface IListener : IAsyncDisposable
{
    /// <summary>What is bound, with the port that the kernel chose where 0 was asked for.</summary>
    TcpEndpoint Endpoint { get; }

    /// <summary>
    /// The listening socket, for those who hand it to the kernel; of a group that shares the endpoint (SO_REUSEPORT), any one. Owned by the listener.
    /// </summary>
    SafeHandle Handle { get; }

    /// <summary>All sockets of the group, for another process: they listen on while one of both has them. Empty (default): they cannot be given away.</summary>
    IReadOnlyList<int> Descriptors => [];

    /// <summary>Another process has them: accepts nothing more, and leaves those who wait to that one.</summary>
    ValueTask AbandonAsync() => throw new NotSupportedException();

    /// <summary>Lets clients in. Once.</summary>
    /// <exception cref="ListenException">
    /// Another process that had bound the endpoint as well listens on it meanwhile: with SO_REUSEADDR, which lets a port be bound beside its TIME_WAIT, the
    /// kernel looks for others a second time when it is listened on (inet_csk_listen_start). What is left to do is to dispose it.
    /// </exception>
    void Listen();
}
