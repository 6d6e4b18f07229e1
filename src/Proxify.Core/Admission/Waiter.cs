namespace Proxify.Admission;

/// <summary>Somebody in a <see cref="WaitingLine"/>.</summary>
internal abstract class Waiter
{
    private readonly TaskCompletionSource<WaitOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<WaitOutcome> Ended => _ended.Task;

    /// <summary>Its place in the line; null when it is in none. Guarded by the line's lock.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>
    /// Others may enter before this one when it cannot: it asks for more than they do. False for a line that is strictly first come, first served.
    /// </summary>
    protected internal virtual bool MayBePassed => false;

    /// <summary>
    /// Takes what is waited for, if it is there. Called by whoever may have freed something, on any thread, one call at a time; must not wait, and not call the
    /// line.
    /// </summary>
    protected internal abstract bool TryEnter();

    public void End(WaitOutcome outcome) => _ended.SetResult(outcome);
}
