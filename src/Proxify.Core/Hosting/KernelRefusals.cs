using Microsoft.Extensions.Logging;
using Proxify.Sessions;
using Proxify.Steering;

namespace Proxify.Hosting;

/// <summary>
/// Tells of connections that the steering program has refused, of which the proxy sees nothing but counters: one line per <see cref="Refusals.Period"/>, if
/// there were any.
/// </summary>
internal sealed class KernelRefusals : IDisposable
{
    private readonly Func<SteeringCounters> _read;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private SteeringCounters _told;

    /// <param name="read">The counters now; may throw <see cref="SteeringException"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">For the lines.</param>
    /// <param name="told">What another process has told of already. Default: nothing.</param>
    public KernelRefusals(Func<SteeringCounters> read, TimeProvider timeProvider, ILogger logger, SteeringCounters told = default)
    {
        _told = told;
        _read = read;
        _logger = logger;
        _timer = timeProvider.CreateTimer(static refusals => ((KernelRefusals)refusals!).Tell(), this, Refusals.Period, Refusals.Period);
    }

    /// <summary>Tells what has not been told yet.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Tell();
    }

    private void Tell()
    {
        lock (_gate)
        {
            SteeringCounters now;
            try
            {
                now = _read();
            }
            catch (SteeringException)
            {
                return; // they are cumulative: the next look finds them
            }

            var (denied, limited) = ((long)(now.Denied - _told.Denied), (long)(now.Limited - _told.Limited));
            var unserved = (long)(now.NoSocket + now.AssignErrors - _told.NoSocket - _told.AssignErrors);
            _told = now;
            if (denied + limited > 0)
                HostingLog.RefusedInKernel(_logger, denied, limited);
            if (unserved > 0)
                HostingLog.NoListenerInKernel(_logger, unserved);
        }
    }
}
