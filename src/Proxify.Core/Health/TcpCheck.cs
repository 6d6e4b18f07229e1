using Proxify.Transport;

namespace Proxify.Health;

/// <summary>An established connection is enough.</summary>
internal sealed class TcpCheck : ICheckType
{
    public string Name => "tcp";

    public bool NeedsAnswer => false;

    public ValueTask<string?> OpenAsync(Connection connection, CheckTask task) => new((string?)null);
}
