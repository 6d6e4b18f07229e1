using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Dials from where an app's <c>Source</c> says.</summary>
internal sealed class SourcedDial(TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan OneLinePer = TimeSpan.FromSeconds(1);

    /// <summary>
    /// One dial; a second one from another local end where this machine does not give the first. A target that cannot be dialled from there has not been asked,
    /// so this says nothing against it.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialResult> DialAsync(Session session, DialSource source, TcpEndpoint target)
    {
        if (source.For(session.Source, target) is not { } local)
        {
            Tell(session, target, source.IsClient ? $"{session.Source}" : $"{source}", "it is of another address family");
            return new DialResult(null, SocketError.AddressFamilyNotSupported);
        }

        var dial = await session.Client.DialAsync(target, session.App.Timeouts.Connect, local);
        if (IsRefusedHere(dial.Error) && source.InsteadOf(local, target) is { } other)
            dial = await session.Client.DialAsync(target, session.App.Timeouts.Connect, local = other);
        if (IsRefusedHere(dial.Error))
            Tell(session, target, local.Endpoint.AddressText, SocketErrors.Describe(dial.Error));
        return dial;
    }

    /// <summary>EADDRNOTAVAIL, EADDRINUSE; EACCES for a port below 1024, EPERM for a foreign address. All come at once, and not from the target.</summary>
    private static bool IsRefusedHere(SocketError error) =>
        error is SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse or SocketError.AccessDenied;

    private void Tell(Session session, TcpEndpoint target, string source, string why)
    {
        if (session.App.State.SourceFailures.TryPass(timeProvider, OneLinePer, out var suppressed))
            SessionsLog.SourceUnusable(logger, session.App.Name, target, source, why, suppressed);
    }
}
