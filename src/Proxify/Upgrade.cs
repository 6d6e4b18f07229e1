using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Proxify.Handover;
using Proxify.Hosting;
using Proxify.Linux;

namespace Proxify.Program;

/// <summary>
/// The program, as it is on the disk by now, takes the place of this process: it is started with the same arguments, and gets the listeners and sessions.
/// </summary>
internal sealed class Upgrade(ILogger logger)
{
    /// <summary>The environment variable that tells a process which descriptor it is to take over through.</summary>
    private const string Variable = "PROXIFY_HANDOVER";

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private static string? s_program;

    private int _isUnderWay;

    /// <summary>At the start of each process: the one whose place this one is to take; null: it is started as usual.</summary>
    /// <exception cref="ProxyStartException">It was started to take over, and cannot.</exception>
    public static Predecessor? MeetPredecessor()
    {
        s_program = Environment.ProcessPath; // of a file that has been replaced the kernel says "(deleted)"
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } descriptor)
            return null;
        Environment.SetEnvironmentVariable(Variable, null);
        try
        {
            var socket = int.Parse(descriptor, CultureInfo.InvariantCulture);
            _ = Libc.SetCloseOnExec(socket, close: true);
            return Predecessor.Meet(socket);
        }
        catch (HandoverException e)
        {
            throw new ProxyStartException([$"it cannot take over: {e.Message}"]);
        }
    }

    /// <returns>The process that serves now; null: this one does, and the log says why.</returns>
    public async Task<Heir?> RunAsync(ProxyServer server)
    {
        if (Interlocked.Exchange(ref _isUnderWay, 1) != 0)
        {
            HostingLog.UpgradeFailed(logger, "another upgrade is under way");
            return null;
        }

        try
        {
            return await HandOverAsync(server);
        }
        catch (HandoverException e)
        {
            HostingLog.UpgradeFailed(logger, e.Message);
            return null;
        }
        finally
        {
            Volatile.Write(ref _isUnderWay, 0);
        }
    }

    private static async Task<Heir> HandOverAsync(ProxyServer server)
    {
        var (ours, theirs) = MakePair();
        var socket = new HandoverSocket(ours);
        Process? process = null;
        try
        {
            process = Start(theirs);
            await server.HandOverAsync(socket, process.Id, End);
            return new Heir(process, socket);
        }
        catch
        {
            End();
            process?.Dispose();
            socket.Dispose();
            throw;
        }

        void End()
        {
            // One that cannot take over says why, and ends.
            if (process?.WaitForExit(LongestEnd) != false)
                return;
            process.Kill();
            process.WaitForExit();
        }
    }

    /// <summary>The process that serves now. Disposing it tells it that it can have everything.</summary>
    internal sealed class Heir(Process process, HandoverSocket socket) : IDisposable
    {
        public int Id { get; } = process.Id;

        public void Dispose()
        {
            socket.Dispose();
            process.Dispose();
        }
    }

    private static unsafe (int Ours, int Theirs) MakePair()
    {
        var ends = stackalloc int[2];
        return Libc.SequencedPair(ends) is < 0 and var error
            ? throw new HandoverException($"no socket pair: {Errno.Describe(-error)}") : (ends[0], ends[1]);
    }

    private static Process Start(int descriptor)
    {
        try
        {
            // The first argument is the program as it was called.
            var arguments = File.ReadAllText("/proc/self/cmdline").Split('\0', StringSplitOptions.None)[1..^1];
            var start = new ProcessStartInfo(s_program ?? throw new HandoverException("the program's file is not known"), arguments);
            start.Environment[Variable] = descriptor.ToString(CultureInfo.InvariantCulture);
            _ = Libc.SetCloseOnExec(descriptor, close: false);
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new HandoverException($"{s_program} cannot be started: {e.Message}");
        }
        finally
        {
            Libc.Close(descriptor);
        }
    }
}
