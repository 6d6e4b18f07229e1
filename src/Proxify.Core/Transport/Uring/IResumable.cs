namespace Proxify.Transport.Uring;

/// <summary>A flow of control that the worker resumes between batches of completions, never from inside a state machine.</summary>
internal interface IResumable
{
    void Resume();
}
