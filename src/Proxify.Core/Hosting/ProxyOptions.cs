using Microsoft.Extensions.Logging;
using Proxify.Configuration;

namespace Proxify.Hosting;

/// <summary>How an embedding program wants its proxy.</summary>
public sealed class ProxyOptions
{
    /// <summary>The config; ignored when <see cref="ConfigFile"/> is set.</summary>
    public ProxyConfig? Config { get; set; }

    /// <summary>A config file, read at start and again whenever it changes. Default: none.</summary>
    public string? ConfigFile { get; set; }

    /// <summary>
    /// Makes what the config comes from otherwise, which is disposed of with the service; <see cref="Config"/> and <see cref="ConfigFile"/> are ignored then.
    /// </summary>
    internal Func<ILoggerFactory, IConfigSource>? Source { get; set; }

    /// <summary>One steered listener instead of one for each port. Default: native listeners.</summary>
    internal SteeringOptions? Steering { get; set; }

    /// <summary>Keeps the changes made at run time beyond the process. Default: they end with it.</summary>
    internal IOverridesStore? OverridesStore { get; set; }

    /// <summary>A process whose place this one takes. Default: there is none.</summary>
    internal Succession? Succession { get; set; }

    /// <summary>Sockets that listen already. Default: there are none.</summary>
    internal GivenSockets? GivenSockets { get; set; }

    /// <summary>The transport: <c>uring</c>, <c>sockets</c>, or <c>auto</c> (default): uring where the kernel allows it, otherwise sockets.</summary>
    public string Transport { get; set; } = "auto";

    /// <summary>Threads of the uring transport. Default 0: one per two processors, at least one.</summary>
    public int Workers { get; set; }

    /// <summary>Called with true before and with false after each reload of the config file, whatever its result. Default: nobody is told.</summary>
    public Action<bool>? OnReload { get; set; }
}
