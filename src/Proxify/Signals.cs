using System.Runtime.InteropServices;

namespace Proxify.Program;

/// <summary>The process's signals: the first SIGTERM or SIGINT asks to stop, a second one ends at once; SIGHUP asks for the config to be read again.</summary>
internal sealed class Signals : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Signals()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop));
    }

    /// <summary>Completes at the first request to stop.</summary>
    public Task Stop => _stop.Task;

    public void OnHangUp(Action reload) => _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        reload();
    }));

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_stop.TrySetResult())
            Environment.Exit(ExitCode.Success);
    }
}
