using Proxify.Handover;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>How another process takes this one's place.</summary>
public sealed partial class ProxyServer
{
    /// <summary>
    /// Gives listeners and sessions to a process that has been started for that. Afterwards nobody is let in here, and what is left are the sessions that could
    /// not go: <see cref="StopAsync"/> waits for them. If it fails everything goes on as before.
    /// </summary>
    /// <param name="socket">What the two speak through.</param>
    /// <param name="process">The process's number.</param>
    /// <param name="changes">What was changed at run time, as text.</param>
    /// <param name="end">Ends the other process for good, where it has failed: before anything goes on here.</param>
    /// <returns>Sessions that it has, and that this one keeps.</returns>
    /// <exception cref="HandoverException">It has failed.</exception>
    internal async Task<(int Taken, int Left)> HandOverAsync(HandoverSocket socket, int process, Func<Overrides, string> changes, Action end)
    {
        await _changing.WaitAsync();
        try
        {
            if (_stopped)
                throw new HandoverException("it is being stopped");
            if (!_transport.CanHandOver)
                throw new HandoverException($"the transport {_transport.Name} cannot hand over");
            var successor = new Successor(socket, _registry);
            await Task.Run(() => successor.Introduce(_entrance.Listeners, _entrance.Steering, Knowledge.OfStart(_runtime.Current, changes)));
            await GiveSessionsAsync(successor, end);
            await _entrance.AbandonAsync();
            await _stopping.CancelAsync(); // what is changed from here on would be changed nowhere
            var (taken, left) = (successor.Taken, successor.Left);
            HostingLog.HandedOver(_logger, process, Count.Of(taken, "session"), Count.Of(left, "session"));
            return (taken, left);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task GiveSessionsAsync(Successor successor, Action end)
    {
        var offers = new SessionOffers();
        var isTaken = false;
        _pipeline.Offers = offers;
        try
        {
            await Task.Run(async () =>
            {
                await successor.GiveSessionsAsync(offers);
                successor.Commit(Knowledge.OfEnd(_runtime.Current, _timeProvider));
            });
            isTaken = true;
        }
        finally
        {
            _pipeline.Offers = null;
            offers.Close();
            if (!isTaken)
                end();
            successor.Answer(isTaken);
        }
    }
}
