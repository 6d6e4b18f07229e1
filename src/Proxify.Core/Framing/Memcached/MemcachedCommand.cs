namespace Proxify.Framing.Memcached;

/// <summary>What is known of a command.</summary>
/// <param name="IsKnown">False: nothing is.</param>
/// <param name="LengthWord">Which word, counted from 0, says how many bytes come behind the line; 0: none.</param>
/// <param name="Words">How many it has, itself included: at least.</param>
/// <param name="MostWords">At most, without <c>noreply</c>.</param>
/// <param name="Traits">What may become of it, unless it is odd.</param>
internal readonly record struct MemcachedCommand(bool IsKnown, byte LengthWord, int Words, int MostWords, RequestTraits Traits);
