namespace Proxify.Health;

/// <summary>An established connection is enough.</summary>
internal sealed class TcpCheck : ICheckType
{
    public string Name => "tcp";

    public bool NeedsAnswer => false;

    public ValueTask<Stream> OpenAsync(Stream connection, string? serverName, CancellationToken limit) => new(connection);
}
