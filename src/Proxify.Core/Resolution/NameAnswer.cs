namespace Proxify.Resolution;

/// <summary>What a question for a name has brought.</summary>
/// <param name="Addresses">In any order; of an endpoint that is there twice the first counts. Empty: there is no such name.</param>
/// <param name="Ttl">How long it holds; of several records, the shortest.</param>
/// <param name="Unanswered">Families that there was no answer for: what was known of them still holds.</param>
internal sealed record NameAnswer(IReadOnlyList<ResolvedAddress> Addresses, TimeSpan Ttl, AddressFamilies Unanswered = AddressFamilies.None)
{
    /// <summary>What is wrong with a part of it, which was left out; null: nothing.</summary>
    public string? Flaw { get; init; }
}
