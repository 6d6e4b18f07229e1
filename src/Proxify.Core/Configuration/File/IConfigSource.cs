namespace Proxify.Configuration;

/// <summary>Where a config comes from, and changes.</summary>
internal interface IConfigSource : IDisposable
{
    /// <summary>For people, and for errors in parts that have no name of their own: <c>config.json</c>.</summary>
    string Name { get; }

    /// <summary>Whether it is followed at this moment, for one on other machines; null: it is on this one.</summary>
    SourceStatus? Status => null;

    /// <summary>
    /// Has each change told from now on, on a thread of the pool: with a function that gives what is the newest when it is called. The next change is told when
    /// the task has ended, which does not fail.
    /// </summary>
    void Follow(Func<Func<ConfigResult>, Task> changed);

    /// <summary>What it says now; what keeps it from being read is an error in it.</summary>
    Task<ConfigResult> LoadAsync(CancellationToken cancellation);

    /// <summary>Instead of one that has errors, at a start: the last one that had none. Null: it keeps none.</summary>
    ConfigResult? LastGood(IReadOnlyList<string> problems);

    /// <summary>What has come of the one that was given last.</summary>
    /// <param name="problems">Why it is not in force; empty: it is.</param>
    void Conclude(IReadOnlyList<string> problems);
}

/// <param name="Connected">Whether changes of it are seen.</param>
/// <param name="Problem">Why they are not; null: they are.</param>
/// <param name="Since">When the one or the other began.</param>
/// <param name="Revision">The newest that was seen.</param>
/// <param name="RevisionInForce">Of the config in force.</param>
internal sealed record SourceStatus(bool Connected, string? Problem, DateTimeOffset Since, long Revision, long RevisionInForce);
