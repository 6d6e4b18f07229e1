using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Opens targets: what is said to them first, in this order, and all of it within <c>Handshake</c>.</summary>
internal sealed class TargetOpenings(TimeProvider timeProvider, params ImmutableArray<ITargetOpening> openings)
{
    public bool HasAnyFor(AppModel app)
    {
        foreach (var opening in openings)
        {
            if (opening.IsFor(app))
                return true;
        }

        return false;
    }

    /// <returns>The target, or none: it is reset then, and the connect has failed.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialResult> OpenAsync(Session session, Connection target)
    {
        using var deadline = new Deadline(target, session.App.Timeouts.Handshake, timeProvider);
        var error = SocketError.Success;
        foreach (var opening in openings)
        {
            if (error == SocketError.Success && opening.IsFor(session.App))
                error = await opening.OpenAsync(session, target);
        }

        if (!deadline.TryStop())
            error = SocketError.TimedOut;
        if (error != SocketError.Success)
        {
            target.Reset();
            target.Transform?.Dispose();
            return new(null, error);
        }

        target.ForgetReceived();
        return new(target, error);
    }
}
