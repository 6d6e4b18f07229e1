using System.Net;

namespace Proxify.Configuration;

/// <summary>Where the program answers those who run it. An embedding program has no such place.</summary>
public sealed record AdminConfig
{
    /// <summary>
    /// The path of a UNIX socket; <c>off</c>: there is none. Null (default): <c>/run/proxify/admin.sock</c>, or another one where that cannot be.
    /// </summary>
    public string? Socket { get; init; }

    /// <summary>Addresses and ports for HTTP over TCP. Default: none.</summary>
    public IReadOnlyList<IPEndPoint> Listen { get; init; } = [];

    /// <summary>The file with the bearer token of those who may change something over TCP. Null (default): over TCP nothing can be changed.</summary>
    public string? Token { get; init; }

    public bool Equals(AdminConfig? other) =>
        other is not null && Socket == other.Socket && Listen.SequenceEqual(other.Listen) && Token == other.Token;

    public override int GetHashCode() => HashCode.Combine(Socket, Listen.Count, Token);
}
