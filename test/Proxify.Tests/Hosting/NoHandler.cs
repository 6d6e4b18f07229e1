using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Tests.Hosting;

/// <summary>For entrances through which nobody comes.</summary>
internal sealed class NoHandler : IConnectionHandler
{
    public ValueTask HandleAsync(Connection client) => throw new NotSupportedException();

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) => throw new NotSupportedException();

    public void OnHandlerError(Connection client, Exception exception) => throw new NotSupportedException();
}
