namespace Proxify.Configuration;

/// <summary>What becomes of a connection whose port belongs to no app.</summary>
/// <param name="Kind">The choice.</param>
/// <param name="Name">The app's name, for <see cref="DefaultAppKind.App"/> only.</param>
public readonly record struct DefaultAppConfig(DefaultAppKind Kind, string? Name = null)
{
    /// <summary>Key absent: a pool of all apps' targets.</summary>
    public static DefaultAppConfig AllTargets => new(DefaultAppKind.AllTargets);

    /// <summary>Written as <c>null</c>: the connection is reset.</summary>
    public static DefaultAppConfig Refuse => new(DefaultAppKind.Refuse);

    /// <summary>Written as a name: that app.</summary>
    public static DefaultAppConfig App(string name) => new(DefaultAppKind.App, name);
}
