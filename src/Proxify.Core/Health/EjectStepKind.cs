namespace Proxify.Health;

internal enum EjectStepKind
{
    /// <summary>Nothing changes.</summary>
    None,

    /// <summary>No session goes to the target for a while.</summary>
    Eject,

    /// <summary>The next session tries it.</summary>
    OpenTrial,

    /// <summary>The trial has connected; whether the target is good shows in a while.</summary>
    WatchTrial,

    /// <summary>It is back for good.</summary>
    Return,
}
