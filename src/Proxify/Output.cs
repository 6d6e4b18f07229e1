using Proxify.Configuration;

namespace Proxify.Program;

/// <summary>Lines on standard output and standard error that are no log lines. Whatever a line holds from outside, it is one line and does nothing to a terminal.</summary>
#pragma warning disable RS0030 // the only user of Console's writers
internal static class Output
{
    public static void WriteLine(string line) => Console.Out.WriteLine(Printable.Line(line));

    public static void WriteError(string line) => Console.Error.WriteLine(Printable.Line(line));
}
#pragma warning restore RS0030
