using Microsoft.Extensions.Logging;
using Proxify.Runtime;
using Proxify.Tls;

namespace Proxify.Hosting;

/// <summary>Has the files watched of all TLS that is in force.</summary>
internal sealed class TlsFollower(TimeProvider timeProvider, ILogger logger) : IRuntimeObserver, IDisposable
{
    private readonly TlsWatcher _watcher = new(timeProvider, logger);

    /// <param name="model">In force.</param>
    public void Start(ProxyModel model) => _watcher.Follow(ContextsOf(model));

    public void OnChange(RuntimeChange change)
    {
        // Names answer often, and change nothing of this.
        if (change.Regrouped.Count == 0)
            _watcher.Follow(ContextsOf(change.Model));
    }

    public void Dispose() => _watcher.Dispose();

    private static List<HotContext> ContextsOf(ProxyModel model)
    {
        var contexts = new List<HotContext>();
        foreach (var app in model.Apps)
        {
            if (app.Tls is { } server)
                contexts.Add(server);
            if (app.TargetTls is { } client)
                contexts.Add(client);
        }

        return contexts;
    }
}
