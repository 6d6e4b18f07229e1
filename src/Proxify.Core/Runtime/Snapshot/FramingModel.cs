using System.Collections.Immutable;
using Proxify.Configuration;
using Proxify.Framing.LengthPrefixed;

namespace Proxify.Runtime;

/// <summary>What the proxy reads of an app whose requests it knows, and how it sends them on. Equal to another that says the same.</summary>
internal sealed record FramingModel
{
    /// <summary>Any but <see cref="AppProtocol.Tcp"/>.</summary>
    public required AppProtocol Protocol { get; init; }

    public required RequestsModel Requests { get; init; }

    /// <summary>With <see cref="AppProtocol.LengthPrefixed"/>, and null with any other.</summary>
    public LengthPrefix? LengthPrefix { get; init; }

    /// <summary>With <see cref="AppProtocol.Line"/>, and null with any other.</summary>
    public LineModel? Line { get; init; }

    /// <summary>Null: nothing is kept.</summary>
    public CacheModel? Cache { get; init; }
}

/// <summary>How requests go to targets.</summary>
/// <param name="Connections">That the clients of a worker share, to each endpoint.</param>
/// <param name="MostInFlight">Requests of one client that wait for their replies at a time.</param>
/// <param name="Timeout">From sending a request to the end of its reply; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: none.</param>
/// <param name="Slow">A request that takes longer is logged; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: none is.</param>
internal sealed record RequestsModel(int Connections, int MostInFlight, TimeSpan Timeout, TimeSpan Slow);

/// <summary>Where a message ends.</summary>
/// <param name="Delimiter">1 to 8 bytes, part of the message.</param>
/// <param name="Maximum">The longest message, its delimiter included, in bytes.</param>
internal sealed record LineModel(ImmutableArray<byte> Delimiter, long Maximum);

/// <summary>Which replies are kept.</summary>
/// <param name="Memory">What they may take, over all workers, in bytes.</param>
/// <param name="MaxAge">The longest that one is kept.</param>
/// <param name="MaxValue">The largest that is kept, in bytes.</param>
/// <param name="Prefixes">Of which a key has to begin with one. Empty: any key will do.</param>
/// <param name="Negative">Whether one that says that there is no such key is kept.</param>
internal sealed record CacheModel(long Memory, TimeSpan MaxAge, int MaxValue, ImmutableArray<ImmutableArray<byte>> Prefixes, bool Negative);
