using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>
/// Sockets that listen already, opened by whoever has started this process: those of them that apps' ports ask for are used instead of new ones.
/// </summary>
/// <param name="sockets">Theirs is who takes them.</param>
internal sealed class GivenSockets(IEnumerable<(TcpEndpoint Endpoint, int Descriptor)> sockets)
{
    private readonly Dictionary<TcpEndpoint, int[]> _sockets =
        sockets.GroupBy(static s => s.Endpoint).ToDictionary(static s => s.Key, static s => s.Select(static one => one.Descriptor).ToArray());

    /// <summary>Those that nobody has asked for.</summary>
    public IEnumerable<TcpEndpoint> Left => _sockets.Keys;

    /// <summary>Null: there is none.</summary>
    public int[]? TryTake(TcpEndpoint endpoint) => _sockets.Remove(endpoint, out var its) ? its : null;
}
