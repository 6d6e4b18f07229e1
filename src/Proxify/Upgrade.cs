using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Proxify.Handover;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Program.Admin.Views;
using Proxify.Program.State;
using Proxify.Runtime;

namespace Proxify.Program;

/// <summary>
/// The program, as it is on the disk by now, takes the place of this process: it is started with the same arguments, and gets the listeners and sessions.
/// </summary>
/// <param name="service">It has started when <see cref="Allow"/> is called.</param>
/// <param name="logger">Told of what fails.</param>
internal sealed class Upgrade(ProxyService service, ILogger logger)
{
    /// <summary>The environment variable that tells a process which descriptor it is to take over through.</summary>
    private const string Variable = "PROXIFY_HANDOVER";

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private static string? s_program;

    private readonly TaskCompletionSource _allowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Heir> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
            if (!int.TryParse(descriptor, NumberStyles.None, CultureInfo.InvariantCulture, out var socket) || Libc.SetCloseOnExec(socket, close: true) < 0)
                throw new HandoverException($"the environment variable {Variable} names no descriptor; do not set it by hand");
            return Predecessor.Meet(socket);
        }
        catch (HandoverException e)
        {
            throw new ProxyStartException([$"it cannot take over: {e.Message}"]);
        }
    }

    /// <summary>What another process, of whatever version, has given.</summary>
    /// <exception cref="ProxyStartException">What was changed there at run time is not understood.</exception>
    public static Succession Succeed(Predecessor predecessor)
    {
        try
        {
            return new(predecessor, predecessor.State.Changes is { } changes ? StateText.Read(Encoding.UTF8.GetBytes(changes)) : Overrides.None);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new ProxyStartException([$"it cannot take over what was changed at run time: {e.Message}"]);
        }
    }

    /// <summary>Completes when another process serves.</summary>
    public Task<Heir> Done => _done.Task;

    /// <summary>This process serves: those who have asked meanwhile are heard.</summary>
    public void Allow() => _allowed.TrySetResult();

    /// <summary>Has another process take this one's place. Does not fail: the answer says what has come of it, the log, too.</summary>
    /// <returns>For <see cref="Conclude"/>, once everybody has been told.</returns>
    public async Task<Outcome> RunAsync()
    {
        await _allowed.Task;
        if (Interlocked.Exchange(ref _isUnderWay, 1) != 0)
            return Failed("another upgrade is under way");
        try
        {
            var heir = await HandOverAsync(service.Server!);
            return new(new(heir.Id, heir.Taken, heir.Left, null), heir);
        }
        catch (Exception e)
        {
            // Whatever it is, a defect, too: this process serves on.
            Volatile.Write(ref _isUnderWay, 0);
            return Failed(e.Message);
        }
    }

    /// <summary>Where another process serves this one ends now.</summary>
    public void Conclude(Outcome outcome)
    {
        if (outcome.Heir is { } heir)
            _done.TrySetResult(heir);
    }

    private Outcome Failed(string problem)
    {
        HostingLog.UpgradeFailed(logger, problem);
        return new(new(null, 0, 0, problem), null);
    }

    private static async Task<Heir> HandOverAsync(ProxyServer server)
    {
        if (Environment.ProcessId == 1)
            throw new HandoverException("it is process 1, with which everything ends in its container");
        var (ours, theirs) = MakePair();
        var socket = new HandoverSocket(ours);
        Process? process = null;
        try
        {
            process = Start(theirs);
            var (taken, left) = await server.HandOverAsync(socket, process.Id, static changes => Encoding.UTF8.GetString(StateText.Write(changes)), End);
            return new Heir(process, socket, taken, left);
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

    /// <param name="View">For those who have asked.</param>
    /// <param name="Heir">Null: this process serves on.</param>
    internal sealed record Outcome(UpgradeView View, Heir? Heir);

    /// <summary>The process that serves now. Disposing it tells it that it can have everything.</summary>
    internal sealed class Heir(Process process, HandoverSocket socket, int taken, int left) : IDisposable
    {
        public int Id { get; } = process.Id;

        /// <summary>Sessions that it has.</summary>
        public int Taken => taken;

        /// <summary>Sessions that this process keeps.</summary>
        public int Left => left;

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
