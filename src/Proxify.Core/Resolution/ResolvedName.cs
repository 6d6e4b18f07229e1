using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Proxify.Resolution;

/// <summary>A name and its latest good answer. One for all targets with that name, in whatever app; survives reloads.</summary>
/// <param name="host">A host's or a service's.</param>
/// <param name="isService">A service, which brings its ports, weights and priorities (SRV, RFC 2782); otherwise a host.</param>
internal sealed class ResolvedName(string host, bool isService = false)
{
    private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ResolvedAddress[] _current = [];
    private volatile bool _hasAnswered;

    public string Host { get; } = host;

    public bool IsService { get; } = isService;

    /// <summary>Empty until the name has resolved for the first time; each endpoint once, in an order that is the same for the same addresses.</summary>
    public ImmutableArray<ResolvedAddress> Current => ImmutableCollectionsMarshal.AsImmutableArray(_current);

    /// <summary>The resolver has answered, if only by saying that there is no such name. Who sees this sees the answer in <see cref="Current"/>.</summary>
    public bool HasAnswered => _hasAnswered;

    /// <summary>Completes after the first answer, when it is in force: see <see cref="CompleteFirstAnswer"/>.</summary>
    public Task FirstAnswer => _firstAnswer.Task;

    /// <summary>Takes a new answer; an empty one keeps the last good one.</summary>
    /// <param name="answer">The answer; none when the question failed.</param>
    /// <param name="told">
    /// Called when this is the first answer or another one than before. Has to bring it into force, at once or later, and to call
    /// <see cref="CompleteFirstAnswer"/> then.
    /// </param>
    /// <returns>Whether the addresses are others now.</returns>
    public bool Take(NameAnswer? answer, Action<ResolvedName> told)
    {
        var stays = _current.Where(a => answer?.Unanswered.HasFlag(a.Endpoint.IsIPv4 ? AddressFamilies.IPv4 : AddressFamilies.IPv6) == true);

        // Servers turn their answers around to spread the load of clients that take the first address. Balancing does that here, and a turn is no change.
        var addresses = (answer?.Addresses ?? []).Concat(stays).DistinctBy(a => a.Endpoint).OrderBy(a => a.Endpoint.Address).ThenBy(a => a.Endpoint.Port)
            .ToArray();
        var isChange = addresses.Length > 0 && !addresses.AsSpan().SequenceEqual(_current);
        if (isChange)
            _current = addresses;
        var isFirst = !_hasAnswered;
        _hasAnswered = true;
        if (isChange || isFirst)
            told(this);
        return isChange;
    }

    /// <summary>Lets those go on who wait for <see cref="FirstAnswer"/>.</summary>
    public void CompleteFirstAnswer() => _firstAnswer.TrySetResult();
}
