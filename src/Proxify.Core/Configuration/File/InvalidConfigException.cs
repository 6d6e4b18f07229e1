namespace Proxify.Configuration;

/// <summary>A config was rejected; <see cref="Errors"/> lists everything that is wrong with it.</summary>
public sealed class InvalidConfigException(IReadOnlyList<ConfigError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
