namespace Proxify.Program.Admin.Views;

internal sealed record AppView
{
    public required string Name { get; init; }

    /// <summary>Ports and ranges, as a config has them.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>It takes no connections, by a change at run time.</summary>
    public required bool Paused { get; init; }

    public required string Balancing { get; init; }

    public required long Sessions { get; init; }

    public required long SessionsWaiting { get; init; }

    /// <summary>Those that have ended, by termination reason; reasons that none has are left out.</summary>
    public required IReadOnlyDictionary<string, long> Ended { get; init; }

    /// <summary>Those that limits have refused, by limit, likewise.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Clients of an app with a <c>Protocol</c> that got a connection of their own, by cause, likewise.</summary>
    public required IReadOnlyDictionary<string, long> OwnConnections { get; init; }

    public required long BytesFromClients { get; init; }

    public required long BytesFromTargets { get; init; }

    public required int Targets { get; init; }

    public required int TargetsUp { get; init; }

    public required IReadOnlyList<CertificateView> Certificates { get; init; }
}

/// <param name="What"><c>certificate of web.example</c>, <c>revocation list of CN=clients</c>.</param>
/// <param name="File">As the config names it.</param>
/// <param name="Until">Until when it holds.</param>
internal sealed record CertificateView(string What, string File, DateTimeOffset Until);
