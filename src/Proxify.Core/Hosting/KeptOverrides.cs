using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>What becomes of the changes made at run time when the process ends: where there is a store, the next one begins with them.</summary>
/// <param name="store">Null: they end with the process.</param>
/// <param name="logger">Told what is not kept.</param>
/// <param name="inherited">
/// What another process, whose place this one takes, has in force: counts instead of what is kept. Null (default): there is none.
/// </param>
internal sealed class KeptOverrides(IOverridesStore? store, ILogger logger, Overrides? inherited = null)
{
    private string? _problem;

    /// <summary>Where they are kept; null: nowhere.</summary>
    public string? Place => store?.Place;

    /// <summary>Why those in force are not kept; null: they are, or nobody has asked for it.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>What the first model of a config begins with: what is kept, less what the config ends.</summary>
    /// <param name="config">Has no errors.</param>
    /// <param name="validate">Finds the errors of a config.</param>
    public Overrides On(ProxyConfig config, Func<ProxyConfig, IReadOnlyList<ConfigError>> validate)
    {
        var dropped = new List<DroppedOverride>();
        if (inherited is not null)
        {
            var held = inherited.On(config, validate, dropped);
            HostingLog.ChangesDropped(logger, dropped);
            return held;
        }

        if (store is null)
            return Overrides.None;
        var kept = store.Read(out var problem);
        if (problem is not null)
            HostingLog.StateRefused(logger, store.Place, problem);
        var overrides = kept.On(config, validate, dropped);
        HostingLog.ChangesDropped(logger, dropped);
        if (kept.Count > 0)
            HostingLog.StateRead(logger, store.Place, Count.Of(overrides.Count, "change"), kept.Count - overrides.Count);
        return overrides;
    }

    /// <summary>Keeps what is in force now.</summary>
    public void Keep(Overrides overrides)
    {
        var problem = store?.Write(overrides);
        if (problem is not null)
            HostingLog.StateNotKept(logger, store!.Place, problem);
        Volatile.Write(ref _problem, problem);
    }
}
