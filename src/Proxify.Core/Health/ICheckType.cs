namespace Proxify.Health;

/// <summary>A kind of active check: how an established connection to the target becomes the stream that the check then talks through.</summary>
internal interface ICheckType
{
    /// <summary>As in the config: <c>tls</c>.</summary>
    string Name { get; }

    /// <summary>A success means that the target itself has answered. False: its kernel is enough.</summary>
    bool NeedsAnswer { get; }

    /// <param name="connection">Connected; disposed of by the caller.</param>
    /// <param name="serverName">What to call the target; null for a target that is an address.</param>
    /// <param name="limit">Cancelled when the check's time is over.</param>
    /// <returns>What to send and to expect through; disposed of by the caller.</returns>
    /// <exception cref="IOException">The target does not answer as it should.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Nor does its TLS.</exception>
    ValueTask<Stream> OpenAsync(Stream connection, string? serverName, CancellationToken limit);
}
