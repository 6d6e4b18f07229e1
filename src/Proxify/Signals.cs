using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Program;

/// <summary>
/// The process's signals. SIGTERM, SIGINT and SIGQUIT ask to stop: the first lets sessions end by themselves, the second ends them, the third ends the process.
/// SIGHUP asks for the config to be read again, unless it comes because the terminal is gone: then it asks to stop. SIGUSR1 asks for the log file to be opened
/// anew, SIGUSR2 for another process to take this one's place.
/// </summary>
internal sealed class Signals : IDisposable
{
    // Raw numbers are allowed where PosixSignal has no name (signal(7), x86 and ARM).
    private const PosixSignal User1 = (PosixSignal)10;
    private const PosixSignal User2 = (PosixSignal)12;

    /// <summary>After the second request nobody waits longer than this.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _now = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly bool _hadTerminal = Libc.IsTerminal(0);
    private ITimer? _end;
    private int _requests;

    public Signals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            Handle(signal, OnStop);
        Handle(User1, static () => { });
        Handle(User2, static () => { });
    }

    /// <summary>Completes at the first request to stop.</summary>
    public Task Stop => _stop.Task;

    /// <summary>The same, for what has to be given up then.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Cancelled at the second.</summary>
    public CancellationToken Now => _now.Token;

    public void OnHangUp(Action reload) => Handle(PosixSignal.SIGHUP, () =>
    {
        // The kernel takes the terminal away before it sends the signal (drivers/tty/tty_io.c, __tty_hangup); kill(1) leaves it where it is.
        if (_hadTerminal && !Libc.IsTerminal(0))
            OnStop();
        else
            reload();
    });

    public void OnUser1(Action reopen) => Handle(User1, reopen);

    public void OnUser2(Action upgrade) => Handle(User2, upgrade);

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _end?.Dispose();
        // Not the sources: a handler that is under way on its own thread, which nothing waits for, may cancel them yet. They hold nothing but memory.
    }

    private void Handle(PosixSignal signal, Action action) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        action();
    }));

    private void OnStop()
    {
        switch (Interlocked.Increment(ref _requests))
        {
            case 1:
                _stop.SetResult();
                _stopping.Cancel();
                break;
            case 2:
                _end = TimeProvider.System.CreateTimer(static _ => Environment.Exit(ExitCode.Success), null, LongestEnd, Timeout.InfiniteTimeSpan);
                _now.Cancel();
                break;
            default:
                Environment.Exit(ExitCode.Success);
                break;
        }
    }
}
