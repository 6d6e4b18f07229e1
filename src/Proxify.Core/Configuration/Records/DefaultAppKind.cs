namespace Proxify.Configuration;

/// <summary>The choices of <see cref="DefaultAppConfig"/>.</summary>
public enum DefaultAppKind
{
    /// <summary>A pool of all apps' targets.</summary>
    AllTargets,

    /// <summary>The connection is reset.</summary>
    Refuse,

    /// <summary>One app.</summary>
    App,
}
