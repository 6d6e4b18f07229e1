using System.Net.Sockets;
using System.Threading.Channels;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>
/// Runs a test's script for every accepted connection and records what the transport reports. A script awaits nothing but its connections:
/// a connection belongs to its worker, and only the worker's own completions resume there.
/// </summary>
internal sealed class ScriptedHandler(Func<Connection, ValueTask> script) : IConnectionHandler
{
    private readonly Channel<Exception> _errors = Channel.CreateUnbounded<Exception>();
    private readonly Channel<SocketError> _acceptErrors = Channel.CreateUnbounded<SocketError>();

    public ValueTask HandleAsync(Connection client) => script(client);

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) => _acceptErrors.Writer.TryWrite(error);

    public void OnHandlerError(Connection client, Exception exception) => _errors.Writer.TryWrite(exception);

    public Task<Exception> NextErrorAsync() => _errors.Reader.ReadAsync().Within();

    /// <summary>No test that asks this has given the transport a reason.</summary>
    public void AssertQuiet()
    {
        Assert.False(_errors.Reader.TryRead(out var error), $"OnHandlerError: {error}");
        Assert.False(_acceptErrors.Reader.TryRead(out var acceptError), $"OnAcceptError: {acceptError}");
    }
}
