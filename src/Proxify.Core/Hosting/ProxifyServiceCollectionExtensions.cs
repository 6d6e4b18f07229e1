using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;

// The namespace of all AddX methods, so that nobody needs to know a using for it.
namespace Microsoft.Extensions.DependencyInjection;

public static class ProxifyServiceCollectionExtensions
{
    /// <summary>Runs a proxy with this config inside the host. It starts and stops with the host; <see cref="ProxyService"/> gives access to it.</summary>
    /// <exception cref="InvalidOperationException">The host has one already.</exception>
    public static IServiceCollection AddProxify(this IServiceCollection services, ProxyConfig config) =>
        services.AddProxify(options => options.Config = config);

    /// <summary>Runs a proxy inside the host.</summary>
    /// <exception cref="InvalidOperationException">The host has one already.</exception>
    public static IServiceCollection AddProxify(this IServiceCollection services, Action<ProxyOptions> configure)
    {
        // The second one would take the first one's place in the container: that one would never run.
        if (services.Any(service => service.ServiceType == typeof(ProxyService)))
            throw new InvalidOperationException("AddProxify was called twice; a host runs one proxy. Give it all apps in one config.");
        var options = new ProxyOptions();
        configure(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new ProxyService(
            options,
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IMeterFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<ProxyService>());
        return services;
    }
}
