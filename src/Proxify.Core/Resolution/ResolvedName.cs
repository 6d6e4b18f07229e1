using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Proxify.Resolution;

/// <summary>A host name and its latest good answer. One for all targets with that name, in whatever app; survives reloads.</summary>
public sealed class ResolvedName(string host)
{
    private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ResolvedAddress[] _current = [];

    public string Host { get; } = host;

    /// <summary>Empty until the name has resolved for the first time; each address once, in an order that is the same for the same addresses.</summary>
    public ImmutableArray<ResolvedAddress> Current => ImmutableCollectionsMarshal.AsImmutableArray(_current);

    /// <summary>The resolver has answered, if only by saying that there is no such name.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Completes with the first answer, when everybody who was to be told of it has been.</summary>
    public Task FirstAnswer => _firstAnswer.Task;

    /// <summary>Takes a new answer; an empty one keeps the last good one.</summary>
    /// <param name="answer">In any order.</param>
    /// <param name="told">Called when this is the first answer or another one than before.</param>
    /// <returns>Whether the addresses are others now.</returns>
    internal bool Take(IEnumerable<ResolvedAddress> answer, Action told)
    {
        // Servers turn their answers around to spread the load of clients that take the first address. Balancing does that here, and a turn is no change.
        var addresses = answer.DistinctBy(a => a.Endpoint).OrderBy(a => a.Endpoint.Address).ThenBy(a => a.Endpoint.Port).ToArray();
        var isChange = addresses.Length > 0 && !addresses.AsSpan().SequenceEqual(_current);
        if (isChange)
            _current = addresses;
        var isFirst = !HasAnswered;
        HasAnswered = true;
        if (isChange || isFirst)
            told();
        _firstAnswer.TrySetResult();
        return isChange;
    }
}
