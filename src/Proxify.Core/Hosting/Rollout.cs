using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>The one way on which what is in force changes: all of it, or nothing. One change at a time.</summary>
internal sealed class Rollout(ProxyRuntime runtime, NameResolver resolver, IEntrance entrance, ITransport transport, CapacityWarnings warnings)
{
    /// <summary>Opens the entrance for the first model, which is in force already.</summary>
    /// <inheritdoc cref="ApplyAsync"/>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        var model = runtime.Current;
        warnings.AtStart(model);
        transport.BufferLimit = model.BufferMemory;
        resolver.Follow(model.Names, model.Resolver);
        DialSourceProblems.ThrowIfAny(model, previous: null);
        await entrance.PrepareAsync(model, cancellation);
        await entrance.CommitAsync();
    }

    /// <summary>Brings a config with what was changed at run time into force.</summary>
    /// <exception cref="ProxyStartException">Something cannot be opened. Everything is as it was.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything is as it was.</exception>
    public async Task ApplyAsync(ProxyConfig config, Overrides overrides, CancellationToken cancellation)
    {
        var previous = runtime.Current;
        var next = ModelBuilder.Build(config, previous, overrides);
        DialSourceProblems.ThrowIfAny(next, previous);
        using (runtime.BeginChange())
        {
            // New names are asked for before the first session needs them: to open many ports takes a while.
            resolver.Follow(previous.Names.Concat(next.Names), previous.Resolver);
            try
            {
                await entrance.PrepareAsync(next, cancellation);
                await PutInForceAsync(next);
            }
            catch
            {
                resolver.Follow(previous.Names, previous.Resolver);
                throw;
            }
        }

        transport.BufferLimit = next.BufferMemory;
        resolver.Follow(next.Names, next.Resolver);
        await entrance.CommitAsync();
        warnings.AtChange(config);
    }

    private async ValueTask PutInForceAsync(ProxyModel next)
    {
        try
        {
            runtime.PutInForce(next);
        }
        catch
        {
            await entrance.RollBackAsync();
            throw;
        }
    }
}
