namespace Proxify.Transport;

/// <summary>A listening TCP socket. Disposing it stops accepting; connections accepted before live on.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>What is bound, with the port that the kernel chose where 0 was asked for.</summary>
    TcpEndpoint Endpoint { get; }
}
