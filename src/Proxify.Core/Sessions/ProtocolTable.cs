using System.Collections.Immutable;
using Proxify.Runtime;

namespace Proxify.Sessions;

/// <summary>The protocols that apps can speak: a class and a row each.</summary>
internal sealed class ProtocolTable(TargetDialer dialer, ImmutableArray<ISessionStage> stages)
{
    private readonly ImmutableArray<IAppProtocol> _rows =
    [
        new TcpProtocol(dialer, stages),
    ];

    /// <summary>The protocol that the app names.</summary>
    public IAppProtocol Of(AppModel app)
    {
        foreach (var protocol in _rows)
        {
            if (protocol.Name == app.Protocol)
                return protocol;
        }

        throw new ArgumentException($"no protocol \"{app.Protocol}\"", nameof(app));
    }
}
