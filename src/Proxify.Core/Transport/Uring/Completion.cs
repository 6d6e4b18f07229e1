using System.Threading.Tasks.Sources;

namespace Proxify.Transport.Uring;

/// <summary>
/// A reusable awaitable that one flow of control on the worker's thread awaits at a time. It resumes that flow inline on the worker, so unlike
/// <see cref="ManualResetValueTaskSourceCore{TResult}"/> it needs no lock, captures no context and posts to none.
/// </summary>
internal sealed class Completion<T>(UringWorker worker) : IResumable, IValueTaskSource<T>
{
    private Action<object?>? _continuation;
    private object? _state;
    private T? _result;
    private short _version;
    private bool _completed;

    /// <summary>Whether <see cref="Begin"/> has been called and <see cref="Complete"/> not yet.</summary>
    public bool IsPending { get; private set; }

    public ValueTask<T> Begin()
    {
        if (IsPending)
            throw new InvalidOperationException("another operation of this kind is under way on this connection");
        IsPending = true;
        _completed = false;
        return new ValueTask<T>(this, _version);
    }

    public void Complete(T result)
    {
        IsPending = false;
        _completed = true;
        _result = result;
        if (_continuation is not null)
            worker.ResumeSoon(this);
    }

    public void Resume()
    {
        var continuation = _continuation!;
        var state = _state;
        _continuation = null;
        _state = null;
        continuation(state);
    }

    public T GetResult(short token)
    {
        Check(token);
        if (!_completed)
            throw new InvalidOperationException("not completed yet");
        _version++;
        var result = _result!;
        _result = default;
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        Check(token);
        return _completed ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        _continuation = continuation;
        _state = state;
        if (_completed)
            worker.ResumeSoon(this);
    }

    private void Check(short token)
    {
        if (token != _version)
            throw new InvalidOperationException("a result can be taken once");
    }
}
