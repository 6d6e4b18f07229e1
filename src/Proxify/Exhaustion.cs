using System.ComponentModel;
using Proxify.Linux;

namespace Proxify.Program;

/// <summary>The end for want of memory, threads or address space: one line that names the limits, instead of a stack trace that names nothing.</summary>
internal static class Exhaustion
{
    private const string Line =
        "proxify: out of memory, threads or address space, so it ends. Limits to look at: ulimit -u and pids.max (TasksMax=) of threads, ulimit -v (LimitAS=), memory.max (MemoryMax=)";

    /// <summary>Wherever in the process it happens. .NET also calls a thread that cannot be started OutOfMemoryException.</summary>
    public static void Watch() => AppDomain.CurrentDomain.UnhandledException += static (_, e) =>
    {
        for (var exception = e.ExceptionObject as Exception; exception is not null; exception = exception.InnerException)
        {
            if (exception is OutOfMemoryException or Win32Exception { NativeErrorCode: Errno.Again })
                End();
        }
    };

    /// <summary>By nothing that needs a thread or memory: Console would start one.</summary>
    private static void End()
    {
        Libc.WriteError(Line + '\n');
        Libc.ExitNow(ExitCode.CannotStart);
    }
}
