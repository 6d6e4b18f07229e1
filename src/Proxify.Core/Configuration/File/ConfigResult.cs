using System.Diagnostics.CodeAnalysis;

namespace Proxify.Configuration;

/// <summary>What came of reading a config: the config, or everything that is wrong with it.</summary>
/// <param name="Config">Null when there are errors.</param>
/// <param name="Errors">In the order of the text; empty when the config is valid.</param>
public sealed record ConfigResult(ProxyConfig? Config, IReadOnlyList<ConfigError> Errors)
{
    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;

    /// <summary>The text, for the places in it; null when there is none that is JSON.</summary>
    internal ConfigNode? Root { get; init; }

    /// <summary>The parts that the text is made of; null: it is one.</summary>
    internal ComposedConfig? Parts { get; init; }

    /// <exception cref="InvalidConfigException">There are errors.</exception>
    public ProxyConfig ConfigOrThrow() => Config ?? throw new InvalidConfigException(Errors);

    /// <summary>
    /// This result or, where the config breaks a rule of <see cref="ConfigValidator.ValidateForSteering(ProxyConfig, int, int)"/>, the errors with their
    /// places.
    /// </summary>
    /// <param name="listenerPort">1-65535.</param>
    /// <param name="mostApps">How many sets of rules steering has room for.</param>
    internal ConfigResult ValidateForSteering(int listenerPort, int mostApps) =>
        Config is not null && ConfigValidator.ValidateForSteering(Config, listenerPort, mostApps) is { Count: > 0 } errors
            ? new ConfigResult(null, Locate(errors)) : this;

    /// <summary>
    /// Gives errors found later in <see cref="Config"/> their places in the text that was read.
    /// </summary>
    /// <returns>The errors in the order of the text; where no text was read, as they are. At most 1,000.</returns>
    public IReadOnlyList<ConfigError> Locate(IEnumerable<ConfigError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);

        var located = new ErrorList();
        foreach (var error in errors)
        {
            var at = Root?.Nearest(error.Path).At ?? default;
            located.Add(error.Line > 0 || error.Source is not null ? error : error with { Line = at.Line, Column = at.Column });
        }

        return Parts?.Place(located.Sorted()) ?? located.Sorted();
    }
}
