using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>Warns where this machine gives less than a config may come to need.</summary>
/// <param name="transport">Has workers, and listeners for each.</param>
/// <param name="isSteered">One listener instead of one for each port.</param>
/// <param name="logger">For the warnings.</param>
internal sealed class CapacityWarnings(ITransport transport, bool isSteered, ILogger logger)
{
    private string? _shortage;

    public void AtStart(ProxyModel model)
    {
        WarnOfDescriptors(model);
        foreach (var limit in ProcessLimits.FindTight(transport.Workers))
            HostingLog.TightLimit(logger, limit);
        AtChange(model.Config);
    }

    /// <summary>Of the kernel's ports for outgoing connections: once for the same state of things, however often the config is loaded.</summary>
    public void AtChange(ProxyConfig config)
    {
        var shortage = isSteered ? null : DialPorts.Shortage(config, LocalPorts.Read());
        if (shortage is not null && shortage != _shortage)
            HostingLog.TooFewDialPorts(logger, shortage);
        _shortage = shortage;
    }

    private void WarnOfDescriptors(ProxyModel model)
    {
        // Two connections a session, the listeners, of which each worker has its own, and something for the rest.
        var sessions = model.Limits.Sessions;
        var endpoints = isSteered ? 1 : model.Endpoints.Length;
        var needed = (2L * sessions) + (endpoints * Math.Max(1, transport.Workers)) + 100;
        var limit = Libc.OpenFilesLimit;
        if (sessions != SessionSlots.Unlimited && limit < (ulong)needed)
            HostingLog.TooFewDescriptors(logger, sessions, needed, limit);
    }
}
