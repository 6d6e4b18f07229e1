using Microsoft.Extensions.Logging;
using Proxify.Configuration;

namespace Proxify.Tls;

/// <summary>Keeps TLS up to date: with its files as they change, with the time that what they hold has left, and with new secrets for tickets.</summary>
internal sealed class TlsWatcher : IDisposable
{
    /// <summary>How long a random secret seals tickets. It opens them for as long again.</summary>
    public static readonly TimeSpan SecretLife = TimeSpan.FromHours(12);

    private static readonly TimeSpan NoticeInterval = TimeSpan.FromHours(1);

    private readonly ILogger _logger;
    private readonly FolderWatcher _folders;
    private readonly ExpiryNotices _notices;
    private readonly ITimer _noticing;
    private readonly ITimer _sealing;
    private readonly Lock _looking = new();
    private volatile IReadOnlyCollection<HotContext> _contexts = [];

    public TlsWatcher(TimeProvider clock, ILogger logger)
    {
        _logger = logger;
        _notices = new ExpiryNotices(clock, logger);
        _folders = new FolderWatcher([], RefreshChanged, clock, FolderWatcher.PollInterval);
        _noticing = clock.CreateTimer(_ => LookAtTime(), null, NoticeInterval, NoticeInterval);
        _sealing = clock.CreateTimer(_ => RotateSecrets(), null, SecretLife, SecretLife);
        _folders.Start();
    }

    /// <summary>Watches the files of these from now on.</summary>
    public void Follow(IReadOnlyCollection<HotContext> contexts)
    {
        foreach (var context in contexts.Except(_contexts))
            TlsLog.TlsFileWarnings(_logger, context.App, context.Files.Warnings);
        _contexts = contexts;
        // What has changed between reading and watching shows, as a file's state is from before it was read.
        _folders.Follow(contexts.SelectMany(context => context.Files.Readings).Select(file => Path.GetDirectoryName(file.Path) ?? "/")
            .ToHashSet(StringComparer.Ordinal));
        LookAtTime();
    }

    /// <summary>Nothing begins after this; what runs may still be running.</summary>
    public void Dispose()
    {
        _folders.Dispose();
        _noticing.Dispose();
        _sealing.Dispose();
    }

    private bool RefreshChanged()
    {
        var changed = false;
        foreach (var context in _contexts)
        {
            if (context.LatestFiles.Readings.Any(file => file.HasChanged))
                changed |= Refresh(context);
        }

        if (changed)
            LookAtTime();
        return changed;
    }

    private bool Refresh(HotContext context)
    {
        var before = context.LatestFiles;
        var isNew = context.Refresh();
        var now = context.LatestFiles;
        if (isNew)
            TlsLog.TlsFilesChanged(_logger, context.App, string.Join(", ", now.ChangedSince(before)));
        else if (now.Errors.Count > 0 && !now.Errors.SequenceEqual(before.Errors))
            TlsLog.TlsFilesRefused(_logger, context.App, now.Errors);
        else if (now.Errors.Count == 0 && before.Errors.Count > 0)
            TlsLog.TlsFilesGoodAgain(_logger, context.App);
        TlsLog.TlsFileWarnings(_logger, context.App, now.Warnings.Except(before.Warnings, StringComparer.Ordinal));
        return !now.HasSameContent(before);
    }

    private void LookAtTime()
    {
        lock (_looking)
            _notices.Look(_contexts);
    }

    private void RotateSecrets()
    {
        foreach (var server in _contexts.OfType<ServerTls>())
            server.RotateSecret();
    }
}
