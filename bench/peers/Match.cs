using Proxify.Peers.Contenders;
using Proxify.Peers.Works;

namespace Proxify.Peers;

/// <summary>A work, and those who do it in turn.</summary>
sealed record Match(IWork Work, IReadOnlyList<Contender> Contenders);
