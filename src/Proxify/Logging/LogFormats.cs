namespace Proxify.Program.Logging;

/// <summary>The formats by the words of the command line.</summary>
internal static class LogFormats
{
    public const string Text = "text";
    public const string Json = "json";
    public const string Journal = "journal";
    public const string Syslog = "syslog";

    public static string[] Words { get; } = [Text, Json, Journal, Syslog];

    /// <summary>Where events of a format go whatever else is said; null: to standard output, or a file.</summary>
    public static string? SocketOf(string word) => word switch
    {
        Journal => JournalFormat.Socket,
        Syslog => SyslogFormat.Socket,
        _ => null,
    };

    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <param name="toJournal">As of <see cref="LogLineFormatter"/>.</param>
    public static ILogFormat Create(string word, bool toJournal) => word switch
    {
        Journal => new JournalFormat(),
        Syslog => new SyslogFormat(TimeProvider.System),
        _ => new LogLineFormatter(word == Json, toJournal, TimeProvider.System),
    };
}
