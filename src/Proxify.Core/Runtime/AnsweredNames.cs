using Proxify.Resolution;

namespace Proxify.Runtime;

/// <summary>
/// Names that have answered and are to be taken up. Of answers that come at the same time one caller takes up all, and the others do not wait for it: what is
/// to be done once for all of them does not cost more the more names there are.
/// </summary>
/// <param name="takeUp">Brings what these names have answered into force. One call at a time.</param>
internal sealed class AnsweredNames(Action<IReadOnlyCollection<ResolvedName>> takeUp)
{
    private readonly Lock _gate = new();
    private readonly List<ResolvedName> _waiting = [];
    private bool _isTaking;

    /// <summary>From any thread. Whoever waits for the name's first answer goes on when it is in force.</summary>
    public void Add(ResolvedName name)
    {
        lock (_gate)
        {
            _waiting.Add(name);
            if (_isTaking)
                return;
            _isTaking = true;
        }

        try
        {
            while (Next() is { Length: > 0 } names)
                TakeUp(names);
        }
        catch
        {
            // A defect must not be the end of all answers: the next one takes up also those that are left.
            lock (_gate)
                _isTaking = false;
            throw;
        }
    }

    private void TakeUp(ResolvedName[] names)
    {
        try
        {
            takeUp(names);
        }
        finally
        {
            foreach (var name in names)
                name.CompleteFirstAnswer();
        }
    }

    private ResolvedName[] Next()
    {
        lock (_gate)
        {
            ResolvedName[] names = [.. _waiting];
            _waiting.Clear();
            _isTaking = names.Length > 0;
            return names;
        }
    }
}
