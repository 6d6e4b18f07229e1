using System.Net;
using Proxify.Prefaces;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Health;

/// <summary>What an active check does.</summary>
/// <param name="Send">Bytes to send when the connection is ready; empty: none.</param>
/// <param name="Expect">Bytes that have to come somewhere in the answer's first <see cref="ContentCheck.MostReceived"/>; empty: none.</param>
/// <param name="Address">Where to connect instead of the target's address; null: there.</param>
/// <param name="Port">Where to connect instead of the target's port; null: there.</param>
internal sealed record CheckSettings(ReadOnlyMemory<byte> Send = default, ReadOnlyMemory<byte> Expect = default, IPAddress? Address = null,
    int? Port = null)
{
    /// <summary>What makes the connection ready. Default: nothing.</summary>
    public ICheckType Type { get; init; } = CheckTable.All[0];

    /// <summary>What the target is told before anything else; null: nothing.</summary>
    public SentHeader? Header { get; init; }

    /// <summary>How TLS is spoken where the type wants it; null: it does not.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>The target is asked for TLS first, as PostgreSQL's clients do.</summary>
    public bool StartsAsPostgres { get; init; }

    /// <summary>Where the check comes from; null: as the kernel chooses.</summary>
    public DialSource? Source { get; init; }

    /// <summary>Nothing but a connect: the kernel answers for the target.</summary>
    public bool IsConnectOnly => !NeedsAnswer && Send.IsEmpty;

    /// <summary>A success means that the target itself has answered, and not only its kernel.</summary>
    public bool NeedsAnswer => Type.NeedsAnswer || !Expect.IsEmpty;

    /// <summary>Goes where sessions go.</summary>
    public bool IsOfTargetItself => Address is null && Port is null;
}
