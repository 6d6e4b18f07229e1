using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>Alone: counts the threads of this process.</summary>
[Collection(nameof(RefusedStartTests))]
[CollectionDefinition(nameof(RefusedStartTests), DisableParallelization = true)]
public sealed class RefusedStartTests
{
    [Theory, EveryTransport]
    public async Task A_refused_config_from_code_leaves_no_thread_of_a_transport_behind(string transport)
    {
        await Patience.Eventually(static () => TransportThreads() == 0);
        var nothing = new ProxyConfig { Apps = [] };

        for (var i = 0; i < 5; i++)
        {
            await using var service =
                new ProxyService(new ProxyOptions { Config = nothing, Transport = transport }, NullLoggerFactory.Instance, TimeProvider.System);
            await Assert.ThrowsAsync<InvalidConfigException>(() => service.StartAsync(TestContext.Current.CancellationToken));
        }

        await Patience.Eventually(static () => TransportThreads() == 0);
    }

    // As the transports name them; the kernel keeps 15 characters (prctl(2), PR_SET_NAME).
    private static int TransportThreads() => Directory.EnumerateDirectories("/proc/self/task").Count(static task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")) is { } name
                && (name.StartsWith("uring-", StringComparison.Ordinal) || name.StartsWith("proxify sockets", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false; // it has just ended
        }
    });
}
