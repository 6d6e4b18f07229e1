using Microsoft.Extensions.Hosting;

namespace Proxify.Program;

/// <summary>The host starts and stops when the program says so: <see cref="Signals"/> decides, not the default console lifetime.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
