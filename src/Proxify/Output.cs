using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Program.Logging;

namespace Proxify.Program;

/// <summary>
/// What is told beside the log, on standard output and standard error. Whatever a line holds from outside, it is one line and does nothing to a terminal.
/// </summary>
#pragma warning disable RS0030 // the only user of Console's writers
internal static class Output
{
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private static readonly EventId s_cannotStart = new(1231, "CannotStart");

    private static bool ErrorIsJournal { get; } = Journal.IsStream(StandardError);

    public static void WriteLine(string line) => Console.Out.WriteLine(Printable.Line(line));

    /// <summary>A text of several lines; nothing where it is empty.</summary>
    public static void WriteLines(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            WriteLine(line);
    }

    public static void WriteError(string line) => Console.Error.WriteLine((ErrorIsJournal ? Journal.Prefix(LogLevel.Error) : "") + Printable.Line(line));

    /// <summary>On standard error, in the log's format: who collects JSON lines shall not meet others.</summary>
    public static void WriteProblem(string problem, bool json)
    {
        if (json)
            Console.Error.Write(new LogLineFormatter(json, ErrorIsJournal, TimeProvider.System).Format(LogLevel.Critical, s_cannotStart, problem));
        else
            WriteError(problem);
    }

    /// <summary>On standard error, in the log's format: of what does not keep the program from going on.</summary>
    public static void WriteWarning(string warning, EventId id, bool json)
    {
        if (json)
            Console.Error.Write(new LogLineFormatter(json, ErrorIsJournal, TimeProvider.System).Format(LogLevel.Warning, id, warning));
        else
            Console.Error.WriteLine((ErrorIsJournal ? Journal.Prefix(LogLevel.Warning) : "") + Printable.Line(warning));
    }

    /// <summary>On standard output, in the log's format.</summary>
    public static void WriteResult(string line, EventId id, bool json)
    {
        if (json)
            Console.Out.Write(new LogLineFormatter(json, toJournal: false, TimeProvider.System).Format(LogLevel.Information, id, line));
        else
            WriteLine(line);
    }
}
#pragma warning restore RS0030
