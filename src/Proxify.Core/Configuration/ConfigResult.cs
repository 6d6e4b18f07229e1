using System.Diagnostics.CodeAnalysis;

namespace Proxify.Configuration;

/// <summary>What came of reading a config: the config, or everything that is wrong with it.</summary>
/// <param name="Config">Null when there are errors.</param>
/// <param name="Errors">In the order of the text; empty when the config is valid.</param>
public sealed record ConfigResult(ProxyConfig? Config, IReadOnlyList<ConfigError> Errors)
{
    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;

    /// <exception cref="InvalidConfigException">There are errors.</exception>
    public ProxyConfig ConfigOrThrow() => Config ?? throw new InvalidConfigException(Errors);
}
