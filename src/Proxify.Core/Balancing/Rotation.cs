namespace Proxify.Balancing;

/// <summary>Candidates in the order of their turns, computed once: taking one is an interlocked increment and a look-up.</summary>
internal sealed class Rotation
{
    // Bounds the work of one pick. Rounds that are no longer than this are gone through whole, so those left share exactly by weight.
    private const int MostPassedOver = 4_096;

    private readonly Candidate[] _candidates;
    private readonly int[] _order;
    private readonly Turns _turns;

    public Rotation(Candidate[] candidates, Turns turns)
    {
        _candidates = candidates;
        _order = SmoothOrder.Of(Array.ConvertAll(candidates, c => c.Weight));
        _turns = turns;
    }

    /// <returns>The place among the candidates of the next whose turn it is and that may be picked, or -1.</returns>
    public int Next(in TargetSet excluded)
    {
        var isRetry = !excluded.IsEmpty;
        var turn = _turns.Take(isRetry);
        var at = (int)((ulong)turn % (ulong)_order.Length);
        var most = Math.Min(_order.Length, MostPassedOver);
        var warming = -1;
        for (var passedOver = 0; passedOver < most; passedOver++)
        {
            var place = _order[at];
            if (_candidates[place].MayBePicked(excluded))
            {
                if (_candidates[place].Load.TakesTurn())
                {
                    if (passedOver > 0)
                        _turns.PassOver(isRetry, passedOver);
                    return place;
                }

                warming = warming < 0 ? place : warming;
            }

            if (++at == _order.Length)
                at = 0;
        }

        if (warming >= 0)
            return warming; // nobody else is there
        return most < _order.Length ? Scan.From((int)((ulong)turn % (ulong)_candidates.Length), _candidates, excluded) : -1;
    }

    /// <summary>A candidate by weight and chance, whether it may be picked or not.</summary>
    public int Random() => _order[System.Random.Shared.Next(_order.Length)];
}
