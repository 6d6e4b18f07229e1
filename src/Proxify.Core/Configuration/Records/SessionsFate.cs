namespace Proxify.Configuration;

/// <summary>What becomes of the live sessions of a target that is down or gone.</summary>
public enum SessionsFate
{
    /// <summary><c>keep</c>: they go on.</summary>
    Keep,

    /// <summary>
    /// <c>drain</c>: they are reset at random moments within <see cref="HealthConfig.DownDrain"/>, so that their clients do not all come at once.
    /// </summary>
    Drain,

    /// <summary><c>reset</c>: they are reset at once.</summary>
    Reset,
}
