using System.Globalization;
using Microsoft.Extensions.Logging;
using Proxify.Linux;

namespace Proxify.Program.Logging;

/// <summary>What systemd's journal wants of a line: a priority before it (sd-daemon(3)). The time it knows itself.</summary>
internal static class Journal
{
    /// <summary>
    /// Whether the descriptor is the stream to the journal that the service manager has made (systemd.exec(5), $JOURNAL_STREAM). That the variable is there is
    /// not enough: the stream may have been redirected since.
    /// </summary>
    public static bool IsStream(int fd) =>
        Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { } stream
        && Libc.TryGetFileIdentity(fd, out var device, out var inode)
        && stream == string.Create(CultureInfo.InvariantCulture, $"{device}:{inode}");

    /// <summary>As <c>&lt;4&gt;</c>.</summary>
    public static string Prefix(LogLevel level) => $"<{LogFields.Severity(level)}>";
}
